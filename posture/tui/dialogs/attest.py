"""An answer to a question that only people can answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from textual import getters
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from posture.tui.desk import Said
from posture.tui.dialogs.choosing import Choosing
from posture.tui.queries.frameworks import Asked
from posture.tui.widgets.drawn import seen

ANSWERS = (
    ("yes", "with something to show for it; without, it counts as partly"),
    ("partly", "some of it"),
    ("no", "not yet"),
    ("not applicable", "the question has no subject here"),
)
LINES = {
    "statement": "the answer in a sentence",
    "evidence": "file to show for it; its digest is kept, the file is not",
    "respondent": "who answered, where it is not you",
    "reviewer": "who looked at the answer, somebody else",
}


class Attest(Choosing):
    """One of the questions of a control."""

    TITLE = "Answer"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("pagedown", "question(1)", "Next question", show=False, priority=True,
                id="attest.next", tooltip="The next question of this control"),
        Binding("pageup", "question(-1)", "Previous question", show=False, priority=True,
                id="attest.previous", tooltip="The question before"),
    ]  # fmt: skip

    question = getters.query_one("#question", Static)

    def __init__(self, questions: Sequence[Asked]) -> None:
        super().__init__()
        self._questions = questions
        self._at = 0

    def about(self) -> Iterable[Widget]:
        """The question, who should answer it and what they should show."""
        yield Static(id="question", markup=False)

    def keys(self) -> str:
        """With those that turn to another question, where there is one."""
        turn = "pgup pgdn question · " if len(self._questions) > 1 else ""
        return f"{turn}↑↓ answer · tab line · enter takes it · esc cancels"

    def words(self) -> Sequence[tuple[str, str]]:
        """The four answers."""
        return ANSWERS

    def asked(self) -> Mapping[str, str]:
        """Every line."""
        return LINES

    def wanted(self) -> Sequence[str]:
        """All of them."""
        return tuple(LINES)

    def show(self) -> None:
        """The question too."""
        asked = self._questions[self._at]
        place = f"  {self._at + 1} of {len(self._questions)}" if len(self._questions) > 1 else ""
        facts = f"\n{asked.who} · {asked.evidence} · holds {asked.valid_days} d\n{asked.stands}\n"
        self.question.update(
            seen(
                Content.assemble(
                    (f"{asked.id}{place}  ", "$primary"), (asked.question, "bold"), (facts, "$text-muted")
                )
            )
        )
        super().show()

    def action_question(self, by: int) -> None:
        """Another question of the control."""
        self._at = (self._at + by) % len(self._questions)
        self.show()

    def said(self, given: Mapping[str, str]) -> Said:
        """The answer to the question that is shown."""
        answer = ANSWERS[self.chosen][0].replace(" ", "_")
        return {"question": self._questions[self._at].id, "answer": answer, **given}
