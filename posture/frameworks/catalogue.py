"""Every framework and what stands beside them, read on demand and kept for the life of the process."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from pathlib import Path

from msgspec.structs import replace

from posture.frameworks.files import COMPANIONS, Body, File, body, files_in, header, shipped_folder
from posture.frameworks.reading import Record, document, entries, record
from posture.frameworks.records import (
    Alias,
    Basis,
    Control,
    Figure,
    Framework,
    Pair,
    Pairs,
    Publication,
    Question,
)
from posture.frameworks.references import Reference, parse
from posture.model.errors import InputError


class Frameworks:
    """The catalogues. Headers are read at once, entries when asked for: citations cost nothing unasked."""

    def __init__(self, shipped: Iterable[File], private: Iterable[File] = ()) -> None:
        self._companions: dict[str, File] = {}
        self._files: dict[str, File] = {}
        self._bodies: dict[str, Body] = {}
        self._index: dict[str, dict[str, Control]] = {}
        headers: dict[str, Framework] = {}
        for file in shipped:
            if file.name in COMPANIONS:
                self._companions[file.name] = file
            else:
                self._add(file, headers)
        shipped_ids = frozenset(headers)
        for file in private:
            self._add(file, headers)
        self._headers = dict(sorted(headers.items(), key=lambda item: (item[1].order, item[0])))
        for framework_id in self._headers:
            if framework_id not in shipped_ids:
                self._body(framework_id)  # a company's own mistake is told at the start, not in mid-run

    def _add(self, file: File, headers: dict[str, Framework]) -> None:
        framework = header(file)
        if framework.id in headers:
            first = headers[framework.id].file
            raise InputError(
                f"{file.name}: framework '{framework.id}' is already given by {first}; use another id"
            )
        parse(f"{framework.id}/-")
        headers[framework.id] = framework
        self._files[framework.id] = file

    def every(self) -> tuple[Framework, ...]:
        return tuple(self._headers.values())

    def status_frameworks(self) -> tuple[Framework, ...]:
        """Those whose controls have a status of their own."""
        return tuple(framework for framework in self.every() if not framework.citations)

    def citations(self) -> tuple[Framework, ...]:
        """Those whose entries are cited beside a finding."""
        return tuple(framework for framework in self.every() if framework.citations)

    def framework(self, framework_id: str) -> Framework:
        if framework_id not in self._headers:
            near = _near(framework_id, self._headers) or f"known are {', '.join(self._headers)}"
            raise InputError(f"no framework '{framework_id}'; {near}")
        return self._headers[framework_id]

    def controls(self, framework_id: str) -> tuple[Control, ...]:
        """Every entry of a framework, headings and threats too, in published order."""
        return self._body(framework_id).controls

    def status_controls(self, framework_id: str) -> tuple[Control, ...]:
        """The entries of a framework that have a status of their own."""
        return tuple(control for control in self.controls(framework_id) if control.evidence)

    def get(self, reference: str) -> Control:
        """The control a reference names; an unknown one raises, with the nearest known."""
        asked = parse(reference)
        framework = self.framework(asked.framework)
        controls = self._controls(framework.id)
        if asked.control in controls:
            return controls[asked.control]
        for retired in self._body(framework.id).retired:
            if asked.control == retired.id or asked.control.startswith((f"{retired.id}-", f"{retired.id}.")):
                now = f"; it is now {framework.id}/{retired.now}" if retired.now else ""
                raise InputError(
                    f"'{reference}' is gone from {framework.name} since edition {retired.since}{now}"
                )
        near = _near(asked.control, controls) or f"`posture frameworks {framework.id}` lists what it has"
        raise InputError(f"{framework.name} has no '{asked.control}'; {near}")

    def has(self, reference: str) -> bool:
        asked = parse(reference)
        return asked.framework in self._headers and asked.control in self._controls(asked.framework)

    def is_official(self, reference: str) -> bool:
        """Whether its publisher gave this id, so that a report may print it so. Labels and our ids fail."""
        framework, slash, control = reference.partition("/")
        if not slash or framework not in self._headers:
            return False
        found = self._controls(framework).get(control)
        return found is not None and found.official_id

    def children(self, reference: str) -> tuple[Control, ...]:
        parent = self.get(reference)
        return tuple(control for control in self.controls(parent.framework) if control.parent == parent.id)

    def checks_listed(self) -> Mapping[str, tuple[Reference, ...]]:
        """Which controls of a company's own frameworks name which check, beside what checks say."""
        listed: dict[str, list[Reference]] = {}
        for framework in self.every():
            if framework.id in self._bodies:
                for control in self._bodies[framework.id].controls:
                    for check in control.checks:
                        listed.setdefault(check, []).append(control.reference)
        return {check: tuple(references) for check, references in sorted(listed.items())}

    def aliases(self) -> tuple[Alias, ...]:
        return self._aliases

    def alias(self, label: str) -> Alias | None:
        """How a loose label of a source article is read; None for anything else."""
        return next((alias for alias in self._aliases if label in (alias.label, alias.cited_as)), None)

    def crosswalk(self) -> tuple[Pair, ...]:
        """Every pair, each with its basis."""
        return self._pairs

    def related(self, reference: str) -> tuple[Pair, ...]:
        """The pairs that have this control at either end."""
        return tuple(pair for pair in self._pairs if reference in (pair.source, pair.target))

    def basis(self, basis_id: str) -> Basis:
        return self._bases[basis_id]

    def questions(self) -> tuple[Question, ...]:
        return tuple(self._questions.values())

    def question(self, question_id: str) -> Question:
        if question_id not in self._questions:
            raise InputError(f"no question '{question_id}'; known are {', '.join(self._questions)}")
        return self._questions[question_id]

    def figures(self) -> tuple[Figure, ...]:
        return self._figures

    def publications(self) -> tuple[Publication, ...]:
        return self._publications

    def publications_for(self, controls: Iterable[str] = (), action: str = "") -> tuple[Publication, ...]:
        """The texts to cite beside a finding on these controls, or beside this action."""
        asked = frozenset(controls)
        return tuple(
            text for text in self._publications if asked & set(text.controls) or action in text.actions
        )

    def digests(self) -> tuple[tuple[str, str], ...]:
        """File name and SHA-256 of everything read, by name."""
        files = (*self._files.values(), *self._companions.values())
        return tuple(sorted((file.name, file.sha256) for file in files))

    def _body(self, framework_id: str) -> Body:
        framework = self.framework(framework_id)
        if framework_id not in self._bodies:
            self._bodies[framework_id] = body(self._files[framework_id], framework)
        return self._bodies[framework_id]

    def _controls(self, framework_id: str) -> dict[str, Control]:
        if framework_id not in self._index:
            self._index[framework_id] = {control.id: control for control in self._body(framework_id).controls}
        return self._index[framework_id]

    def _rows(self, name: str, table: str, kind: type[Record]) -> Iterator[Record]:
        file = self._companions[name]
        parsed = document(file.name, file.text, (table,))
        for entry in entries(file.name, file.text, parsed, table):
            yield record(kind, entry)

    @cached_property
    def _aliases(self) -> tuple[Alias, ...]:
        return tuple(self._rows("aliases.toml", "alias", Alias))

    @cached_property
    def _figures(self) -> tuple[Figure, ...]:
        return tuple(self._rows("figures.toml", "figure", Figure))

    @cached_property
    def _publications(self) -> tuple[Publication, ...]:
        return tuple(self._rows("references.toml", "reference", Publication))

    @cached_property
    def _questions(self) -> dict[str, Question]:
        asked = {question.id: question for question in self._rows("questions.toml", "question", Question)}
        evidences: dict[str, list[Reference]] = {question_id: [] for question_id in asked}
        for framework in self.status_frameworks():
            for control in self.status_controls(framework.id):
                for question_id in control.questions:
                    if question_id not in asked:
                        raise InputError(
                            f"{framework.file}: '{control.id}' asks '{question_id}', which does not exist"
                        )
                    evidences[question_id].append(control.reference)
        return {key: replace(question, evidences=tuple(evidences[key])) for key, question in asked.items()}

    @cached_property
    def _bases(self) -> dict[str, Basis]:
        return {basis.id: basis for basis in self._crosswalk[0]}

    @cached_property
    def _pairs(self) -> tuple[Pair, ...]:
        return self._crosswalk[1]

    @cached_property
    def _crosswalk(self) -> tuple[tuple[Basis, ...], tuple[Pair, ...]]:
        file = self._companions["crosswalk.toml"]
        parsed = document(file.name, file.text, ("basis", "pairs"))
        bases = tuple(record(Basis, entry) for entry in entries(file.name, file.text, parsed, "basis"))
        known = {basis.id for basis in bases}
        pairs: list[Pair] = []
        for entry in entries(file.name, file.text, parsed, "pairs"):
            group = record(Pairs, entry, names={"from": "source", "to": "targets"})
            if group.basis not in known:
                raise entry.error(
                    f"basis '{group.basis}' is not declared; known are {', '.join(sorted(known))}", "basis"
                )
            pairs += (Pair(group.source, target, group.basis, group.because) for target in group.targets)
        return bases, tuple(pairs)


def _near(asked: str, known: Iterable[str]) -> str:
    found = difflib.get_close_matches(asked, list(known), n=1, cutoff=0.6)
    return f"did you mean '{found[0]}'?" if found else ""


@lru_cache(maxsize=4)
def load(*extra: Path) -> Frameworks:
    """The shipped catalogues and a company's own from the `extra` folders; read once per process."""
    return Frameworks(files_in(shipped_folder()), [file for folder in extra for file in files_in(folder)])
