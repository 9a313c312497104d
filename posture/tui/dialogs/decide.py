"""What to make of a gap: owner, triage, false positive, acceptance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from posture.tui.desk import Said
from posture.tui.dialogs.choosing import Choosing
from posture.tui.widgets.drawn import seen

LINES = {
    "reason": "why",
    "owner": "who answers for it",
    "approver": "who approved it",
    "expires": "until, as 2026-09-30",
    "compensation": "a static key, in place: vaulted scope-reduced monitored runbook",
    "ground": "a static key, because: legacy, batch, vendor, shared-automation, …",
}
CHOICES: tuple[tuple[str, str, Said, tuple[str, ...]], ...] = (
    ("Confirm", "it is real", {"kind": "triage", "triage": "confirmed"}, ("reason",)),
    ("Plan", "it will be done", {"kind": "triage", "triage": "planned"}, ("reason",)),
    ("Needs data", "nobody can tell yet", {"kind": "triage", "triage": "needs-data"}, ("reason",)),
    ("Owner", "somebody answers for it", {"kind": "owner"}, ("owner", "reason")),
    ("False positive", "it is wrong; looked at again", {"kind": "false-positive"}, ("reason",)),
    (
        "Accept",
        "live with it for a time",
        {"kind": "accept"},
        ("reason", "approver", "expires", "compensation", "ground"),
    ),
)
"""Name, what it means, the words it stands for, and the lines it asks."""


class Decide(Choosing):
    """On every gap of one row."""

    TITLE = "Decide"

    def __init__(self, about: str) -> None:
        super().__init__()
        self._about = about

    def about(self) -> Iterable[Widget]:
        """The gap."""
        yield Static(seen(Content(self._about)), markup=False)

    def words(self) -> Sequence[tuple[str, str]]:
        """What can be decided."""
        return [(name, means) for name, means, _words, _lines in CHOICES]

    def asked(self) -> Mapping[str, str]:
        """Every line."""
        return LINES

    def wanted(self) -> Sequence[str]:
        """The lines of this decision."""
        return CHOICES[self.chosen][3]

    def said(self, given: Mapping[str, str]) -> Said:
        """As `posture decide --from` takes it."""
        words = dict(given)
        in_place = words.pop("compensation", "").replace(",", " ").split()
        return {**CHOICES[self.chosen][2], **words, **{word.replace("-", "_"): True for word in in_place}}
