"""Secrets made at test time leave no part of themselves in any output, saved run or error."""

from __future__ import annotations

import base64
import json
import secrets
import string
import urllib.parse
from pathlib import Path

import pytest

from tests.whole.running import MOMENT, posture

_LETTERS = string.ascii_letters + string.digits
PART = 8


def made(prefix: str, length: int) -> str:
    """A random value in a vendor's shape, made anew at each run."""
    return prefix + "".join(secrets.choice(_LETTERS) for _ in range(length))


@pytest.fixture
def planted(tmp_path: Path) -> tuple[Path, list[str]]:
    """A home folder with a secret in every kind of place, and the values."""
    values = {
        "token": made("ghp_", 36),
        "header": made("sk-ant-api03-", 93),
        "argument": made("xoxb-", 40),
        "password": made("Pw", 22),
        "secret": made("", 40),
        "query": made("", 32),
    }
    home = tmp_path / "home"
    (home / ".cursor").mkdir(parents=True)
    (home / ".aws").mkdir()
    config = {
        "mcpServers": {
            "hub": {"command": "npx", "args": ["-y", "hub-mcp", f"--token={values['argument']}"],
                    "env": {"GITHUB_TOKEN": values["token"],
                            "DATABASE_URL": f"postgres://app:{values['password']}@db.example:5432/app"}},
            "remote": {"url": f"https://mcp.example/sse?api_key={values['query']}",
                       "headers": {"Authorization": f"Bearer {values['header']}"}},
        }
    }  # fmt: skip
    (home / ".cursor" / "mcp.json").write_text(json.dumps(config))
    (home / ".aws" / "credentials").write_text(
        f"[default]\naws_access_key_id = AKIAFAKED01EXAMPLE99\naws_secret_access_key = {values['secret']}\n"
    )
    # A broken neighbour makes errors speak while the value is at hand.
    (home / ".claude.json").write_text(f'{{"mcpServers": {{"x": {{"env": {{"API_KEY": "{values["token"]}"')
    return home, list(values.values())


def forms(value: str) -> set[bytes]:
    """Every part of eight characters: plain, URL-encoded, and base64 at each alignment."""
    found = {value[at : at + PART].encode() for at in range(len(value) - PART + 1)}
    quoted = urllib.parse.quote(value, safe="")
    found |= {quoted[at : at + PART].encode() for at in range(len(quoted) - PART + 1)}
    for lead in range(3):
        coded = base64.b64encode(b"\0" * lead + value.encode())[4:-4]
        found |= {coded[at : at + PART] for at in range(len(coded) - PART + 1)}
    # A vendor's public prefix says nothing.
    return {part for part in found if part not in b"sk-ant-api03-"}


def test_no_part_of_a_secret_in_any_output(planted: tuple[Path, list[str]], tmp_path: Path) -> None:
    home, values = planted
    spoken: list[tuple[str, bytes]] = []
    for words in (
        ("assess", home, "--home", home, "-f", "json", "--workspace", tmp_path / "ws"),
        ("assess", home, "--home", home, "-f", "markdown"),
        ("assess", home, "--home", home, "-f", "summary"),
        ("plan", home),
    ):
        ended = posture(*words, "--as-of", MOMENT)
        assert ended.code == 0, ended.err
        spoken += [(f"{words[0]} stdout", ended.out), (f"{words[0]} stderr", ended.err.encode())]
    saved = [(path.name, path.read_bytes()) for path in (tmp_path / "ws").rglob("*") if path.is_file()]
    assert saved
    leaks = [
        (where, len(value))
        for value in values
        for part in forms(value)
        for where, text in (*spoken, *saved)
        if part in text
    ]
    assert leaks == []


def test_the_secrets_were_found(planted: tuple[Path, list[str]]) -> None:
    home, _values = planted
    document = json.loads(posture("assess", home, "--home", home, "-f", "json", "--as-of", MOMENT).out)
    places = {row["subject"] for row in document["findings"] if row["check"] == "exposed-mcp-config"}
    # Five in the file that is whole, and the one in its broken neighbour.
    assert len(places) == 6


def test_a_traceback_quotes_nothing(planted: tuple[Path, list[str]]) -> None:
    home, values = planted
    from tests.whole.running import python

    program = (
        "def broken(*words, **named): raise RuntimeError(repr(words))\n"
        "import posture.assess.reading as r; r.build = broken\n"
        "from posture.cli import main; main()"
    )
    ended = python("-c", program, "assess", home, "--home", home)
    assert ended.code == 5
    assert not [value for value in values if any(part.decode() in ended.err for part in forms(value))]
