"""Scores the readers of agent configuration: what each file holds, and no secret mark anywhere."""

from __future__ import annotations

import os
import re
import resource
import shutil
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from posture.model import keys
from posture.model.errors import Unreadable
from posture.model.tables import TABLES
from posture.settings import Settings
from posture.sources import frontmatter, jsonc, toml_read, torn_json, yaml_safe
from posture.sources.gather import Gathered, gather
from posture.sources.reading import Document
from posture.sources.walk import walk


class Row(NamedTuple):
    """One expectation, or one row too many (`expected` false, `answered` true)."""

    case: str
    category: str
    expected: bool
    answered: bool
    confidence: str = "high"
    because: str = ""


_KEY_ID = re.compile(r"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{12,124}\b")
_VENDORS = ("github", "gitlab", "anthropic", "openai", "slack", "google", "aws", "stripe", "azure", "npm")
_BESIDE = frozenset({"key-file", "helper"})
"""References that the labels do not speak of: the file names a path or a program, not a variable."""


def rows(cases: Path) -> list[Row]:
    """Every expectation of `cases`/manifest.toml against what one run over a copy of its roots gave."""
    manifest = tomllib.loads((cases / "manifest.toml").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch) / cases.name
        shutil.copytree(
            cases, root, symlinks=True, ignore=shutil.ignore_patterns("manifest.toml", "README.md")
        )
        generated = _prepare(root, manifest)
        before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
        home = root / manifest["home"]
        repositories = [root / path for path in manifest.get("repos", ())]
        settings = Settings()
        gathered = gather([home, *repositories], [home], repositories, settings)
        spent = time.monotonic() - started
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        found = walk([home, *repositories], [home], repositories, settings.reading)
        labels = {os.path.relpath(file.path, os.path.realpath(root)): file.label for file in found.files}
        shown = _shown(manifest, found.files, os.path.realpath(root))
        return list(_scored(root, manifest, gathered, labels, shown, generated, spent, grown))


def _prepare(root: Path, manifest: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Makes what cannot be stored; returns the entries that were made."""
    for file in manifest["file"]:
        path = root / file["path"]
        if file.get("target") and not path.is_symlink() and not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.symlink_to(os.path.relpath(root / file["target"], path.parent))
    made = []
    for one in manifest.get("generate", ()):
        path = root / one["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        kind = one["kind"]
        if kind == "oversized":
            fill = str(one.get("fill", " ")).encode() or b" "
            with path.open("wb") as out:
                written = out.write(str(one.get("prefix", "")).encode())
                while written < one["bytes"]:
                    written += out.write((fill * (1 << 20))[: min(1 << 20, one["bytes"] - written)])
        elif kind == "fifo":
            os.mkfifo(path)
        elif kind == "symlink-dir":
            target = one["target"]
            path.symlink_to(
                target if target.startswith(("/", ".")) else os.path.relpath(root / target, path.parent)
            )
        elif kind == "mode-000":
            if os.geteuid() == 0:
                continue
            path.write_text(str(one.get("prefix", "")))
            path.chmod(0)
        made.append(one)
    return made


def _shown(manifest: Mapping[str, Any], files: Any, root: str) -> dict[str, str]:
    """Path in the set to the label that inputs show: ROOT is the label of the place that holds it."""
    tops = {}
    for file in files:
        real = os.path.relpath(file.path, root)
        inside = str(file.inside)
        if real.endswith(inside):
            tops[real[: -len(inside)].rstrip("/")] = file.place.root
    found = {}
    for one in (*manifest["file"], *manifest.get("generate", ())):
        path = one["path"]
        for top in sorted(tops, key=len, reverse=True):
            if path.startswith(f"{top}/"):
                found[path] = f"{tops[top]}/{path[len(top) + 1 :]}"
                break
    return found


def _scored(
    root: Path,
    manifest: Mapping[str, Any],
    gathered: Gathered,
    labels: Mapping[str, str],
    shown: Mapping[str, str],
    generated: list[Mapping[str, Any]],
    spent: float,
    grown: float,
) -> Iterator[Row]:
    tables = {name: gathered.rows.frame(name).to_dicts() for name in TABLES}
    files = manifest["file"]
    for file in files:
        path = file["path"]
        if file["parse"] == "never":
            read = any(
                row["file"].endswith(path.rpartition("/")[2]) and row["file"] == shown.get(path)
                for row in _all(tables)
            )
            yield Row(path, "files", True, not read, because="outside the roots, and read")
            continue
        if file["parse"] == "link-inside":
            label = labels.get(file.get("target", ""), "")
            yield from _agents(file, label, tables)
            yield from _servers(file, label, tables, extra=False)
            yield from _outcome(file, shown.get(path, ""), gathered)
            continue
        label = labels.get(path, shown.get(path, ""))
        shared = any(other.get("target") == path for other in files if other is not file)
        yield from _outcome(file, label, gathered)
        yield from _agents(file, label, tables)
        yield from _servers(file, label, tables, extra=not shared)
        yield from _secrets(root / path, file, label, tables)
        yield from _references(file, label, tables)
        yield from _hosts(file, label, tables)
        yield from _permissions(file, label, tables)
        yield from _problems(file, label, tables)
    yield from _unlabelled(files, labels, tables)
    yield from _sharing(manifest, labels, tables, gathered.rows.fingerprints)
    yield from _generated(generated, shown, gathered, spent, grown)
    yield from _leaks(manifest, tables, gathered)


def _all(tables: Mapping[str, list[dict[str, Any]]]) -> Iterator[dict[str, Any]]:
    for listed in tables.values():
        yield from listed


def _of(tables: Mapping[str, list[dict[str, Any]]], table: str, label: str) -> list[dict[str, Any]]:
    return [row for row in tables.get(table, ()) if row["file"] == label]


def _outcome(file: Mapping[str, Any], label: str, gathered: Gathered) -> Iterator[Row]:
    outcomes = {item.outcome for item in gathered.inputs if item.file == label and item.source}
    outcomes |= {item.outcome for item in gathered.inputs if item.file == label}
    wanted = {
        "ok": {"read", "partial"},
        "link-inside": {"read", "partial"},
        "partial": {"partial"},
        "error": {"failed", "skipped"},
    }.get(file["parse"], {"read", "partial", "failed", "skipped"})
    yield Row(
        file["path"],
        "files",
        True,
        bool(outcomes & wanted),
        because=f"wants {file['parse']}, got {sorted(outcomes)}",
    )


_CLIENT_KINDS = frozenset({"client", "agent", "subagent", "framework-agent", "a2a-agent", "ci-agent"})


def _agents(file: Mapping[str, Any], label: str, tables: Mapping[str, list[dict[str, Any]]]) -> Iterator[Row]:
    found = _of(tables, "agents", label)
    identities = _of(tables, "identities", label)
    # What runs in a cluster is a system, which acts as its service account.
    systems = [row for row in _of(tables, "systems", label) if row["kind"] == "compute"]
    links = _of(tables, "links", label)
    names = {row["key"]: row["name"] for row in tables.get("tools", ()) if row.get("name")}
    expected: set[tuple[str, str]] = set()
    for one in file.get("agents", ()):
        case = f"{file['path']} {one['name']}"
        kind = one["kind"]
        if kind in ("ci-job", "workload"):
            mine = [row["key"] for row in (*identities, *systems) if row.get("name") == one["name"]]
        else:
            mine = [row["key"] for row in found if row["name"] == one["name"] and row["kind"] == kind]
            expected.add((one["name"], kind))
        yield Row(case, "agents", True, bool(mine), because=f"no {kind} of this name")
        if not mine:
            continue
        key = mine[0]
        if "identity" in one:
            became: set[str] = set()
            acting = set(mine)
            while acting:
                acting = {
                    link["to"]
                    for link in links
                    if link["from"] in acting and link["kind"] in ("may-become", "runs-as")
                } - became
                became |= acting
            yield Row(
                f"{case} identity",
                "agents",
                True,
                one["identity"] in became,
                because=f"becomes {sorted(became)}",
            )
        if one.get("model") and kind not in ("ci-job", "workload"):
            models = {row.get("model") for row in found if row["key"] == key}
            yield Row(f"{case} model", "agents", True, one["model"] in models)
        uses = Counter(
            names.get(link["to"], keys.short(link["to"]))
            for link in links
            if link["kind"] == "uses-tool" and link["from"] == key
        )
        for name in one.get("uses", ()):
            yield Row(f"{case} uses {name}", "agents", True, uses[name] > 0, because=f"uses {sorted(uses)}")
    for row in found:
        # A client's own file shows that the client is in use, whether it lists servers or not.
        if (row["name"], row["kind"]) not in expected and row["kind"] != "client":
            yield Row(
                f"{file['path']} {row['name']}", "agents", False, True, because=f"an extra {row['kind']}"
            )


def _servers(
    file: Mapping[str, Any], label: str, tables: Mapping[str, list[dict[str, Any]]], extra: bool
) -> Iterator[Row]:
    found = [
        row for row in _of(tables, "tools", label) if row.get("kind") == "mcp-server" and row.get("name")
    ]
    left = list(found)
    for one in file.get("servers", ()):
        case = f"{file['path']} {one['name']}"
        same = [row for row in left if row["name"] == one["name"]]
        judged = [(row, _differs(row, one)) for row in same]
        exact = next((row for row, wrong in judged if not wrong), None)
        chosen = exact or (same[0] if same else None)
        if chosen is not None:
            left.remove(chosen)
        why = "not found" if not same else "; ".join(judged[0][1])
        yield Row(case, "servers", True, exact is not None, because=why)
    problems = set(file.get("problems", ()))
    hidden = {one["name"] for one in file.get("hidden_servers", ()) if isinstance(one, Mapping)}
    if extra:
        for row in left:
            if row["name"] not in problems | hidden:
                yield Row(f"{file['path']} {row['name']}", "servers", False, True, because="an extra server")


def _differs(row: Mapping[str, Any], one: Mapping[str, Any]) -> list[str]:
    wrong = []
    wanted = one.get("transport")
    if wanted and row.get("transport") != (None if wanted == "unknown" else wanted):
        wrong.append(f"transport {row.get('transport')}")
    if "enabled" in one and row.get("enabled") != one["enabled"]:
        wrong.append(f"enabled {row.get('enabled')}")
    package = one.get("package", one.get("module"))
    if package and row.get("package") != package:
        wrong.append(f"package {row.get('package')}")
    if "image" in one:
        whole = (
            f"{row.get('package')}:{row.get('version')}" if row.get("version") else str(row.get("package"))
        )
        if row.get("digest"):
            whole += f"@{row['digest']}"
        if whole != one["image"]:
            wrong.append(f"image {whole}")
    if "pin" in one and row.get("pin") != one["pin"]:
        wrong.append(f"pin {row.get('pin')}")
    return wrong


def _at(place: str) -> str:
    return f"line {place[5:]}" if place.startswith("line:") else place


def _secrets(
    path: Path, file: Mapping[str, Any], label: str, tables: Mapping[str, list[dict[str, Any]]]
) -> Iterator[Row]:
    stored = [link for link in _of(tables, "links", label) if link["kind"] == "stored-at" and link["at"]]
    # A file with two users is read for each of them and holds its secrets once.
    places = Counter(at for at, _key in {(link["at"], link["from"]) for link in stored})
    shapes = {
        (row["at"], row["key"]): str(row.get("shape") or "") for row in _of(tables, "credentials", label)
    }
    for one in file.get("secrets", ()):
        at = _at(one["at"])
        case = f"{file['path']} {one['at']} {one['mark']}"
        yield Row(case, "secrets", True, places[at] > 0, because="nothing at this place")
        if places[at]:
            places[at] -= 1
            kinds = {shape for (place, _key), shape in shapes.items() if place == at}
            vendor = next((name for name in _VENDORS if one["kind"].startswith(name)), "")
            wrong = [
                k for k in kinds for name in _VENDORS if k.startswith(name) and vendor and name != vendor
            ]
            if wrong:
                yield Row(
                    f"{case} kind", "secrets", True, False, because=f"{one['kind']} taken for {wrong[0]}"
                )
    hidden = {
        _at(one["at"]) for one in file.get("hidden_secrets", ()) if isinstance(one, Mapping) and "at" in one
    }
    marks = [*file.get("also_marks", ())]
    marks += [one["mark"] if isinstance(one, Mapping) else one for one in file.get("hidden_secrets", ())]
    listed = [one["mark"] for one in file.get("secrets", ())]
    for at, count in places.items():
        said = _text_at(path, at)
        excused = at in hidden or any(mark in said for mark in marks)
        # A broken file is looked through by line; there the label's own pointer cannot be met.
        excused = excused or (file["parse"] == "error" and any(mark in said for mark in listed))
        if count > 0 and not excused:
            yield Row(f"{file['path']} {at}", "secrets", False, True, because="an extra secret")


def _text_at(path: Path, at: str) -> str:
    """The text at a place of a file, to see whether a mark stands in it."""
    raw = path.read_bytes()
    if at.startswith("line "):
        lines = raw.decode(
            "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", "replace"
        ).splitlines()
        return "\n".join(lines[int(at[5:]) - 1 :])
    number, pointer = 0, at
    if at.startswith("doc:"):
        _, count, pointer = at.split(":", 2)
        number = int(count)
    try:
        if path.suffix in (".yaml", ".yml"):
            node: Any = yaml_safe.all_torn(raw)[number].value
        elif path.suffix == ".toml":
            node = _standing(toml_read.read, toml_read.read_torn, raw)
        elif path.suffix == ".md":
            matter = frontmatter.read(raw).document
            node = matter.value if matter is not None else None
        else:
            node = _standing(jsonc.read, torn_json.read, raw)
    except (Unreadable, IndexError):
        return ""
    for step in pointer.split("/")[1:]:
        step = step.replace("~1", "/").replace("~0", "~")
        if isinstance(node, Mapping):
            node = node.get(step)
        elif isinstance(node, list) and step.isdigit() and int(step) < len(node):
            node = node[int(step)]
        else:
            return ""
    return str(node)


def _standing(read: Callable[[bytes], Document], torn: Callable[[bytes], Document], raw: bytes) -> Any:
    try:
        return read(raw).value
    except Unreadable:
        return torn(raw).value


def _references(
    file: Mapping[str, Any], label: str, tables: Mapping[str, list[dict[str, Any]]]
) -> Iterator[Row]:
    found = {
        (row["at"], row["name"]) for row in _of(tables, "references", label) if row["syntax"] not in _BESIDE
    }
    wanted = {(_at(one["at"]), one["name"]) for one in file.get("env_refs", ())}
    # A file of variables is named as a whole where the labels name the variable inside its path.
    paths = {
        (row["at"], row["name"]) for row in _of(tables, "references", label) if row["syntax"] == "env-file"
    }
    for at, name in sorted(wanted):
        yield Row(f"{file['path']} {at} {name}", "references", True, (at, name) in found)
    for at, name in sorted(found - wanted - paths):
        yield Row(f"{file['path']} {at} {name}", "references", False, True, because="an extra reference")


def _hosts(file: Mapping[str, Any], label: str, tables: Mapping[str, list[dict[str, Any]]]) -> Iterator[Row]:
    claimed = {
        link["to"]
        for link in _of(tables, "links", label)
        if link["kind"] == "calls" and link.get("certain") is False
    }
    found = set()
    for row in _of(tables, "systems", label):
        if row["key"].startswith(("saas:", "database:")) and row["key"] not in claimed:
            found.add(row["key"].partition(":")[2])
    ends = {end: _end(end) for end in found}
    wanted = {(one["host"], one.get("port")) for one in file.get("hosts", ())}
    for host, port in sorted(wanted, key=str):
        hit = any(name == host and (port is None or number == port) for name, number in ends.values())
        yield Row(f"{file['path']} {host}:{port}", "hosts", True, hit, because=f"found {sorted(found)}")
    for end, (name, number) in sorted(ends.items()):
        if not any(name == host and (port is None or number == port) for host, port in wanted):
            yield Row(f"{file['path']} {end}", "hosts", False, True, because="an extra host")


def _end(key: str) -> tuple[str, int]:
    found = re.search(r"(?:^|/)(\[[^\]]+\]|[^/\[\]:]+):(\d+)(?:/|$)", key)
    return (found[1].strip("[]"), int(found[2])) if found else (key, 0)


def _permissions(
    file: Mapping[str, Any], label: str, tables: Mapping[str, list[dict[str, Any]]]
) -> Iterator[Row]:
    found = {(row["effect"], row["at"]): row["rule"] for row in _of(tables, "permissions", label)}
    wanted = set()
    for one in file.get("permissions", ()):
        place = (one["effect"], _at(one["at"]))
        wanted.add(place)
        rule = found.get(place)
        right = rule is not None and (one.get("redacted") is True or rule == one["rule"])
        yield Row(
            f"{file['path']} {place[1]} {one['effect']}",
            "permissions",
            True,
            right,
            because=f"as {rule}" if rule else "not found",
        )
    for effect, at in sorted(found.keys() - wanted):
        yield Row(f"{file['path']} {at} {effect}", "permissions", False, True, because="an extra rule")


def _problems(
    file: Mapping[str, Any], label: str, tables: Mapping[str, list[dict[str, Any]]]
) -> Iterator[Row]:
    said = [row["at"] for row in _of(tables, "coverage", label) if row["state"] == "partial"]
    for name in file.get("problems", ()):
        step = name.replace("~", "~0").replace("/", "~1")
        hit = any(f"/{step}/" in f"{at}/" or name in at for at in said)
        yield Row(f"{file['path']} {name}", "problems", True, hit, because=f"said of {said}")


def _unlabelled(
    files: list[Mapping[str, Any]], labels: Mapping[str, str], tables: Mapping[str, list[dict[str, Any]]]
) -> Iterator[Row]:
    """Rows of files that the manifest does not list."""
    listed = {labels.get(file["path"], "") for file in files}
    for label in sorted({row["file"] for row in _all(tables)} - listed):
        for row in _of(tables, "tools", label):
            if row.get("kind") == "mcp-server":
                yield Row(f"{label} {row.get('name')}", "servers", False, True, because="an unlabelled file")
        for link in _of(tables, "links", label):
            # A store of tokens counts as there, without a place inside.
            if link["kind"] == "stored-at" and link["at"]:
                yield Row(f"{label} {link['at']}", "secrets", False, True, because="an unlabelled file")


def _sharing(
    manifest: Mapping[str, Any],
    labels: Mapping[str, str],
    tables: Mapping[str, list[dict[str, Any]]],
    fingerprints: Mapping[str, str],
) -> Iterator[Row]:
    places: dict[str, list[tuple[str, str]]] = {}
    for file in manifest["file"]:
        for one in file.get("secrets", ()):
            places.setdefault(one["mark"], []).append((labels.get(file["path"], ""), _at(one["at"])))
    for one in manifest.get("shared_secret", ()):
        prints = {
            fingerprints.get(link["from"], link["from"])
            for label, at in places.get(one["mark"], ())
            for link in _of(tables, "links", label)
            if link["kind"] == "stored-at" and link["at"] == at
        }
        yield Row(one["mark"], "sharing", True, len(prints) == 1, because=f"{len(prints)} values")
    for one in manifest.get("same_target", ()):
        held = [
            {
                row["key"]
                for row in _of(tables, "systems", labels.get(path, ""))
                if _end(row["key"].partition(":")[2])[0] == one["host"]
            }
            for path in one["files"]
        ]
        together = set.intersection(*held) if held else set()
        yield Row(
            one["host"], "sharing", True, bool(together), because=f"{[sorted(named) for named in held]}"
        )


def _generated(
    generated: list[Mapping[str, Any]],
    shown: Mapping[str, str],
    gathered: Gathered,
    spent: float,
    grown: float,
) -> Iterator[Row]:
    for one in generated:
        label = shown.get(one["path"], one["path"])
        entries = [item for item in gathered.inputs if item.file == label]
        outcomes = {item.outcome for item in entries}
        wanted = {"skipped": {"skipped"}, "failed": {"failed"}, "error": {"failed", "skipped"}}.get(
            one.get("expect", ""), {"skipped", "failed", "read", "partial"}
        )
        yield Row(
            one["path"],
            "generated",
            True,
            bool(outcomes & wanted),
            because=f"{one.get('expect')}, got {sorted(outcomes)}",
        )
        if "max_seconds" in one:
            yield Row(
                f"{one['path']} time",
                "generated",
                True,
                spent <= one["max_seconds"],
                because=f"{spent:.1f} s",
            )
        if "max_extra_memory_mb" in one:
            yield Row(
                f"{one['path']} memory",
                "generated",
                True,
                grown <= one["max_extra_memory_mb"],
                because=f"{grown:.0f} MB",
            )


def _leaks(
    manifest: Mapping[str, Any], tables: Mapping[str, list[dict[str, Any]]], gathered: Gathered
) -> Iterator[Row]:
    marks: set[str] = set()
    for file in manifest["file"]:
        for one in (*file.get("secrets", ()), *file.get("hidden_secrets", ()), *file.get("also_marks", ())):
            marks.add(one["mark"] if isinstance(one, Mapping) else str(one))
    marks |= {str(mark) for one in manifest.get("generate", ()) for mark in one.get("marks", ())}
    for table, listed in sorted(tables.items()):
        said = _KEY_ID.sub("", repr(listed))
        for mark in sorted(marks):
            if mark in said:
                yield Row(f"{mark} in {table}", "leaks", False, True, because="a secret mark in a table")
    said = _KEY_ID.sub("", repr([item.model_dump() for item in gathered.inputs]))
    for mark in sorted(marks):
        if mark in said:
            yield Row(f"{mark} in inputs", "leaks", False, True, because="a secret mark in an input")
    yield Row("tables", "leaks", True, True)
