"""What is asked of the evaluation and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct, field

from posture.access.aws.compile import Document, Statement
from posture.access.aws.context import Context


class Answer(StrEnum):
    """The provider's own three answers, and ours where the input does not settle one of them."""

    ALLOWED = "Allowed"
    IMPLICITLY_DENIED = "ImplicitlyDenied"
    EXPLICITLY_DENIED = "ExplicitlyDenied"
    DEPENDS = "Depends"


class Layer(StrEnum):
    """Where a policy stands in the evaluation."""

    IDENTITY = "identity policy"
    RESOURCE = "resource policy"
    BOUNDARY = "permissions boundary"
    SESSION = "session policy"
    SCP = "SCP"
    RCP = "RCP"
    ENDPOINT = "VPC endpoint policy"


class Attached(Struct, frozen=True):
    """A compiled document under the name it is attached by: a policy's ARN, or the name of an inline one."""

    name: str
    document: Document
    arn: str = ""
    """Of a managed policy; empty for an inline one."""
    group: str = ""
    """ARN of the group through which it reaches its holder; empty where it is the holder's own."""


Level = tuple[Attached, ...]


class Policies(Struct, frozen=True):
    """Every policy that may bear on a request.

    Where a layer may be None, None says that the input does not hold it at all: the decision then states
    what it
    assumes. An empty tuple says that there is none.
    """

    identity: Level = ()
    boundary: Level | None = None
    """None: no boundary."""
    session: Level | None = None
    """None: no session policy."""
    resource: Level | None = None
    scps: tuple[Level, ...] | None = None
    """One level per step from the root of the organisation down to the account."""
    rcps: tuple[Level, ...] | None = None
    endpoint: Level = ()
    restricts_public: bool | None = False
    """Of a bucket: whether S3 Block Public Access holds a public policy to the bucket's own account; None
    where that is not known."""


class Request(Struct, frozen=True):
    """Who wants to do what to which resource."""

    principal: str
    action: str
    resource: str
    context: Context = field(default_factory=Context)
    resource_account: str = ""
    """Empty: read from the resource's ARN, else the principal's own account."""
    role_arn: str = ""
    """Of a session, where the estate knows the role with its path."""


class Deciding(Struct, frozen=True):
    """A statement that the decision rests on."""

    layer: Layer
    policy: str
    statement: Statement
    certain: bool

    @property
    def label(self) -> str:
        """The policy and the statement's Sid, or its position where it has none."""
        return f"{self.policy} / {self.statement.label}"


class Decision(Struct, frozen=True):
    """The answer with everything that led to it."""

    answer: Answer
    deciding: tuple[Deciding, ...] = ()
    keys: tuple[str, ...] = ()
    """For Depends: the condition keys in question."""
    reasons: tuple[str, ...] = ()
    """Which layer withholds, or why the answer depends on something other than a condition key."""
    assumes: tuple[str, ...] = ()
    chosen: Mapping[str, str] = field(default_factory=dict)
    """What the caller has to write in its request for this answer."""

    @property
    def allowed(self) -> bool:
        return self.answer is Answer.ALLOWED

    @property
    def possible(self) -> bool:
        """Allowed, or not settled."""
        return self.answer in (Answer.ALLOWED, Answer.DEPENDS)
