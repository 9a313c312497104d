"""How one type of resource that carries a policy of its own is declared."""

from __future__ import annotations

from msgspec import Struct

from posture.sources.aws.resources import Listing
from posture.sources.contract import Call


class Carrier(Struct, frozen=True):
    """One type of resource on which a policy can stand."""

    type: str
    """`service:type`, as IAM names it, in lower case."""
    kind: str
    """Kind of the system."""
    policy: Call
    """The call whose answer holds the policy."""
    text: str
    """Where in the answer, or in each entry of it, the text stands, dotted."""
    made: tuple[str, ...]
    """How the ARN of the resource is made, the first that can be: from {region}, {account}, {partition}, and
    fields of the request, the answer and the entry, in lower case."""
    ways: tuple[Call, ...] = ()
    """The calls that lead to it; the last one lists the resources, unless the policy's own call does."""
    top: str = ""
    """Key of the list of resources in the answer that lists them; empty where another source reads it."""
    arn: str = ""
    """Field of the listing with the ARN, or how other fields make it; empty where the entry is the ARN."""
    name: str = ""
    entries: str = ""
    """Key of the list in the answer of `policy`, where one answer speaks of many."""
    mark: str = ""
    """What tells its ARNs from those of another type whose policies the same call gives."""
    silent: bool = True
    """Whether an answer without a text says that there is none."""
    always: bool = False
    """Whether nothing is said of it where it has no policy: each region has one, or another call tells."""
    short: str = ""
    """How its policy abbreviates the resource's own ARN."""
    several: bool = False
    """Whether an object of texts by name stands there, or below its first part a list."""
    part: str = ""
    """Which of several policies of one resource this is."""

    @property
    def listing(self) -> Listing | None:
        """How the answer that lists the resources is read; null where another source reads it."""
        if not self.top:
            return None
        call = self.policy if self.entries else self.ways[-1]
        field, made = ("", self.arn) if "{" in self.arn else (self.arn, "")
        return Listing(call.name, self.top, self.type, self.kind, arn=field, name=self.name, made=made)

    @property
    def leading(self) -> str:
        """The call that only names what another one lists; empty where the list comes at once."""
        first = self.ways[0] if self.ways else self.policy
        listing = self.listing
        return "" if listing is None or listing.call == first.name else first.name

    @property
    def is_required(self) -> bool:
        """Whether an account was not read whole where nobody listed these."""
        return not self.always and not self.mark


GONE = ("ResourceNotFoundException",)
"""What most services say of a policy that is not there."""
LOCAL = "{region}:{account}"
