"""Only sources whose files may end and open so are asked about a page; what they say decides."""

from pathlib import PurePosixPath

import pytest

from posture.settings import Settings
from posture.sources import registry
from posture.sources.contract import Page, Place
from tests.sources.agents.documents import DOCUMENTS, page


def ids(path: str, data: bytes, kind: str = "folder") -> list[str]:
    given = Page(Place("here", kind), PurePosixPath(path), data, Settings())
    return [reader.SOURCE.id for reader in registry.claiming(given)]


def test_endings_are_written_in_lower_case():
    assert [
        reader.SOURCE.id
        for reader in registry.every()
        if any(end != end.lower() or not end for end in reader.SOURCE.ends)
    ] == []


@pytest.mark.parametrize(
    ("path", "data", "claimed"),
    [
        ("App/LANGGRAPH.JSON", b"{}", ["langgraph"]),
        ("langgraph.json.txt", b"{}", []),
        ("x/ListRoles.txt", b'{"PolicyVersionList": ["arn:aws:x"]}', ["aws-iam"]),
        ("iam-list-access-keys.json", b" \n{}", ["aws-access-keys"]),
        ("iam-list-access-keys.json", b"none", []),
        ("list", b'\xef\xbb\xbf [ {"AccessKeyMetadata": []}]', ["aws-access-keys"]),
        ("CODEOWNERS", b"* @a", ["codeowners"]),
        ("my.config.toml", b"", []),
        (".codex/work.config.toml", b"a = 1", ["codex-cli"]),
        (".aws/config", b"[default]", ["aws-config-files"]),
        ("deploy/.env.production", b"A=1", ["env-file"]),
    ],
)
def test_end_and_opening_decide_who_is_asked(path, data, claimed):
    assert ids(path, data) == claimed


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: file.path)
def test_nobody_who_would_claim_a_file_is_left_out(file):
    given = page(file)
    whole = [
        reader.SOURCE.id
        for reader in registry.every()
        if reader.claims(given)
        and (not reader.SOURCE.ends or given.parts[-1].endswith(reader.SOURCE.ends))
        and (not reader.SOURCE.opens or given.opening in reader.SOURCE.opens)
    ]
    assert [reader.SOURCE.id for reader in registry.claiming(given)] == whole != []
