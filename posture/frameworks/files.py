"""Where framework files lie, and what one file of a framework holds."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from msgspec import Struct

from posture.frameworks.reading import Entry, document, entries, record
from posture.frameworks.records import EVIDENCE, ROLES, Control, Framework, Retired
from posture.model.errors import InputError

TABLES = ("framework", "retired", "control")
COMPANIONS = ("aliases.toml", "crosswalk.toml", "figures.toml", "questions.toml", "references.toml")


class File(Struct, frozen=True):
    """One file as read: its name without a folder, its text, its digest."""

    name: str
    text: str
    sha256: str


class Body(Struct, frozen=True):
    """The entries of one framework, in published order."""

    controls: tuple[Control, ...]
    retired: tuple[Retired, ...]


def shipped_folder() -> Path:
    """Inside the installed package, else beside it in the checkout."""
    inside = Path(__file__).parent / "data"
    beside = Path(__file__).parents[2] / "frameworks"
    for folder in (inside, beside):
        if folder.is_dir():
            return folder
    raise InputError("the framework files are missing from this installation; install posture again")


def files_in(folder: Path) -> tuple[File, ...]:
    """Every TOML file of `folder`, by name."""
    try:
        return tuple(_read(path) for path in sorted(folder.glob("*.toml")))
    except OSError as refused:
        raise InputError(f"frameworks folder '{folder.name}' cannot be read: {refused.strerror}") from refused


def _read(path: Path) -> File:
    content = path.read_bytes()
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as mistake:
        raise InputError(f"{path.name}: not UTF-8 text; save it as UTF-8") from mistake
    return File(path.name, text, hashlib.sha256(content).hexdigest())


def header(file: File) -> Framework:
    """What the file says of its framework. Its entries are left unread: parsing all costs ten times more."""
    head, _, _ = file.text.partition("\n[[")
    parsed = document(file.name, head, TABLES)
    if "framework" not in parsed:
        parsed = document(file.name, file.text, TABLES)
    if "framework" not in parsed:
        raise InputError(
            f"{file.name}: no [framework] table; begin with one that gives id, title and version"
        )
    if not isinstance(parsed["framework"], dict):
        raise InputError(
            f"{file.name}: one file gives one framework; write [framework] once, in single brackets"
        )
    entry = Entry(file.name, file.text, "framework", 0, parsed["framework"])
    framework = record(Framework, entry, file=file.name, sha256=file.sha256)
    if framework.role not in ROLES:
        raise entry.error(f"role is '{framework.role}'; use {_either(ROLES)}", "role")
    return framework


def body(file: File, framework: Framework) -> Body:
    """Every entry of the file, checked against its framework."""
    parsed = document(file.name, file.text, TABLES)
    controls: dict[str, Control] = {}
    for entry in entries(file.name, file.text, parsed, "control"):
        control = _control(entry, framework)
        if control.id in controls:
            raise entry.error(f"control '{control.id}' stands here a second time; keep one", "id")
        if control.parent and control.parent not in controls:
            raise entry.error(
                f"parent '{control.parent}' of '{control.id}' does not stand above it", "parent"
            )
        controls[control.id] = control
    if not framework.citations and not any(control.evidence for control in controls.values()):
        raise InputError(f"{file.name}: no control says its evidence; add it, or set citations = true above")
    retired = tuple(record(Retired, entry) for entry in entries(file.name, file.text, parsed, "retired"))
    return Body(tuple(controls.values()), retired)


def _control(entry: Entry, framework: Framework) -> Control:
    raw: dict[str, Any] = {
        "official_id": framework.official_ids,
        "own_title": entry.raw.get("kind") in framework.own_titles,
        **entry.raw,
    }
    control = record(
        Control, Entry(entry.file, entry.text, entry.table, entry.index, raw), framework=framework.id
    )
    if framework.citations and control.evidence:
        raise entry.error(
            f"'{control.id}' has evidence, but {framework.id} is cited only; drop one", "evidence"
        )
    if control.evidence and control.evidence not in EVIDENCE:
        raise entry.error(
            f"evidence of '{control.id}' is '{control.evidence}'; use {_either(EVIDENCE)}", "evidence"
        )
    if control.evidence in ("human", "outside") and not control.because:
        raise entry.error(
            f"'{control.id}' is left to {control.evidence} evidence; say why in because", "evidence"
        )
    if (control.questions or control.checks) and not control.evidence:
        raise entry.error(f"'{control.id}' has questions or checks but no evidence; add evidence")
    return control


def _either(words: Iterable[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} or {last}"
