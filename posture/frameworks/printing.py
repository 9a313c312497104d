"""What `posture frameworks` shows, as rows; the command line turns them into text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from msgspec import Struct

from posture.frameworks.catalogue import Frameworks
from posture.frameworks.records import EVIDENCE, Alias, Control, Figure, Framework

CONTEXT = "context, not evidence about this organisation"
OUR_ID = "our id; the publisher gives none"
OUR_TITLE = "our title; the publisher gives none we may print"


class FrameworkRow(Struct, frozen=True):
    """One framework in the list of all."""

    id: str
    name: str
    version: str
    publisher: str
    licence: str
    role: str
    entries: str
    """How many entries, by who can evidence them; for citations how many by kind."""
    official_ids: bool


class ControlRow(Struct, frozen=True):
    """One entry in the list of a framework's entries."""

    id: str
    title: str
    kind: str
    depth: int
    """0 at the top, 1 under it, for indenting."""
    evidence: str
    questions: tuple[str, ...]
    official_id: bool


class Line(Struct, frozen=True):
    """One labelled line of the page about a framework or an entry; an empty label continues the one above."""

    label: str
    value: str


def framework_rows(frameworks: Frameworks) -> tuple[FrameworkRow, ...]:
    return tuple(
        FrameworkRow(
            id=framework.id,
            name=framework.name,
            version=framework.version,
            publisher=framework.publisher,
            licence=framework.licence,
            role="citations" if framework.citations else framework.role,
            entries=_counted(frameworks, framework),
            official_ids=framework.official_ids,
        )
        for framework in frameworks.every()
    )


def control_rows(frameworks: Frameworks, framework_id: str) -> tuple[ControlRow, ...]:
    """The entries of one framework, each below its parent."""
    controls = frameworks.controls(framework_id)
    below: dict[str, list[Control]] = {}
    for control in controls:
        below.setdefault(control.parent, []).append(control)
    return tuple(_rows(below, "", 0))


def framework_lines(framework: Framework) -> tuple[Line, ...]:
    """The head of a framework's page."""
    return _lines(
        ("title", [framework.title]),
        ("edition", [framework.version]),
        ("publisher", [framework.publisher]),
        ("published", [framework.published]),
        ("licence", [framework.licence, framework.attribution]),
        ("reference", [framework.url]),
        ("note", [framework.note]),
    )


def control_lines(frameworks: Frameworks, reference: str) -> tuple[Line, ...]:
    """The page about one entry: what it is, who can evidence it, what it corresponds to on which basis."""
    control = frameworks.get(reference)
    questions = [frameworks.question(question_id) for question_id in control.questions]
    related = []
    for pair in frameworks.related(reference):
        other = frameworks.get(pair.target if pair.source == reference else pair.source)
        related.append(f"{other.reference} {other.title} ({frameworks.basis(pair.basis).name})")
    marks = [*([] if control.official_id else [OUR_ID]), *([OUR_TITLE] if control.own_title else [])]
    return _lines(
        ("reference", [control.reference]),
        ("title", [control.title]),
        ("mark", marks),
        ("also called", control.also_called),
        ("kind", [control.kind]),
        ("about", [control.topic]),
        ("part of", [control.parent]),
        ("evidence", [control.evidence]),
        ("because", [control.because]),
        ("asks", [f"{question.id} {question.question} ({question.who})" for question in questions]),
        ("what helps", control.mitigations),
        ("published rating", [f"{name.replace('_', ' ')}: {value}" for name, value in control.ratings]),
        ("tactic", [frameworks.get(f"{control.framework}/{tactic}").title for tactic in control.tactics]),
        ("baseline", control.baselines),
        ("corresponds to", related),
    )


def alias_text(alias: Alias) -> str:
    """A loose label, told apart from the published entries it is read as."""
    return f"{alias.label} (our reading: {', '.join(alias.reads_as)})"


def figure_text(figure: Figure) -> str:
    """A quoted figure with all that keeps it from being taken for a finding."""
    unit = "%" if figure.unit == "percent" else f" {figure.unit}"
    source = f"{figure.publisher}, {figure.title}, {figure.year}; {figure.population}"
    return f"{figure.value}{unit} {figure.says} ({source}). {figure.caution} {CONTEXT.capitalize()}."


def _lines(*groups: tuple[str, Iterable[str]]) -> tuple[Line, ...]:
    lines: list[Line] = []
    for label, values in groups:
        shown = [value for value in values if value]
        lines += (Line("" if place else label, value) for place, value in enumerate(shown))
    return tuple(lines)


def _rows(below: dict[str, list[Control]], parent: str, depth: int) -> Iterable[ControlRow]:
    for control in below.get(parent, []):
        yield ControlRow(
            id=control.id,
            title=control.title,
            kind=control.kind,
            depth=depth,
            evidence=control.evidence,
            questions=control.questions,
            official_id=control.official_id,
        )
        yield from _rows(below, control.id, depth + 1)


def _counted(frameworks: Frameworks, framework: Framework) -> str:
    if framework.citations:
        kinds = Counter(control.kind for control in frameworks.controls(framework.id))
        return ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
    found = Counter(control.evidence for control in frameworks.status_controls(framework.id))
    return ", ".join(f"{found[evidence]} {evidence}" for evidence in EVIDENCE if found[evidence])
