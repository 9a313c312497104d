"""What a framework, a control and the catalogues beside them are: frozen records, one per entry of a file."""

from __future__ import annotations

from msgspec import Struct

from posture.frameworks.references import Reference

ROLES = ("threat", "governance", "control")
EVIDENCE = ("tool", "mixed", "human", "outside")


class Framework(Struct, frozen=True):
    """One published document, or a company's own, in one edition."""

    id: str
    title: str
    version: str
    publisher: str
    published: str
    licence: str
    url: str
    role: str
    """What it speaks of: threat, governance or control."""
    official_ids: bool
    """False where its publisher numbers nothing, so that the ids are ours; reports say so."""
    short_title: str = ""
    attribution: str = ""
    """The notice its licence asks for, printed wherever its entries are."""
    note: str = ""
    citations: bool = False
    """True for numbers cited beside a finding, which get no status of their own."""
    own_titles: tuple[str, ...] = ()
    """The kinds of entry whose titles are ours, because the publisher gives none or keeps its wording."""
    order: int = 100
    """Its place in lists; frameworks of equal order go by id."""
    file: str = ""
    sha256: str = ""

    @property
    def name(self) -> str:
        return self.short_title or self.title


class Control(Struct, frozen=True):
    """One entry of a framework: a risk, layer, threat, category, subcategory, technique or control."""

    framework: str
    id: str
    title: str
    kind: str
    own_title: bool
    official_id: bool
    """False where the publisher gives this entry no id: ours is for look-up, never exported as official."""
    parent: str = ""
    also_called: tuple[str, ...] = ()
    topic: str = ""
    evidence: str = ""
    """Who can say how it stands: tool, mixed, human or outside. Empty for headings, threats and citations."""
    questions: tuple[str, ...] = ()
    because: str = ""
    """What the tool cannot see here, and who has to say it."""
    mitigations: tuple[str, ...] = ()
    ratings: tuple[tuple[str, str], ...] = ()
    """The publisher's own ratings, as printed."""
    tactics: tuple[str, ...] = ()
    baselines: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    """Checks that a company's own framework lists; a published one never names ours."""

    @property
    def reference(self) -> Reference:
        return Reference(f"{self.framework}/{self.id}")


class Retired(Struct, frozen=True):
    """An id, or a family of ids, that this edition no longer has."""

    id: str
    since: str
    now: str = ""


class Alias(Struct, frozen=True):
    """A loose label of a source article and the published entries we read it as. Never an official id."""

    label: str
    cited_as: str
    reads_as: tuple[Reference, ...]
    because: str
    beware: str
    also: tuple[Reference, ...] = ()


class Basis(Struct, frozen=True):
    """What a pair of the crosswalk stands on."""

    id: str
    name: str
    """Short enough to stand beside each pair."""
    title: str
    publisher: str
    licence: str
    standing: str
    published: bool


class Pair(Struct, frozen=True):
    """Two entries that speak of one thing, on one basis."""

    source: Reference
    target: Reference
    basis: str
    because: str = ""
    """The reason, where the basis is our own reading."""


class Pairs(Struct, frozen=True):
    """The pairs of one entry on one basis, as a file of the crosswalk writes them."""

    source: Reference
    targets: tuple[Reference, ...]
    basis: str
    because: str = ""


class Question(Struct, frozen=True):
    """What only people can say, and how long their answer holds."""

    id: str
    question: str
    who: str
    evidence: str
    valid_days: int
    per: str
    """What it is asked of: the organisation, each agent, or each kind of secret."""
    ends_with: tuple[str, ...] = ()
    """Events that end an answer before its days are over."""
    evidences: tuple[Reference, ...] = ()
    """The controls that name this question."""


class Figure(Struct, frozen=True):
    """A number the source articles quote: context, never part of a score."""

    id: str
    value: int
    unit: str
    says: str
    publisher: str
    title: str
    year: int
    population: str
    caution: str
    confirmed: bool


class Publication(Struct, frozen=True):
    """A text behind a demand, cited by findings on its controls and by its actions."""

    id: str
    kind: str
    title: str
    publisher: str
    topic: str
    controls: tuple[Reference, ...]
    actions: tuple[str, ...] = ()
    updated: str = ""
