"""One answer over several files."""

import json
from pathlib import Path

import pytest

from posture.sources.gather import gather

HOLE = "one of 2 pages, and nothing shows that none is missing"


def put(folder: Path, **pages: bool) -> None:
    folder.mkdir()
    for n, (name, more) in enumerate(pages.items()):
        group = {"GroupName": f"g{n}", "Arn": f"arn:aws:iam::111122223333:group/g{n}"}
        (folder / f"{name}.json").write_text(json.dumps({"GroupDetailList": [group], "IsTruncated": more}))


def states(folder: Path) -> set[tuple[str, str | None]]:
    return {(row["state"], row["why"]) for row in gather([folder]).rows.tables["coverage"]}


@pytest.mark.parametrize("names", [("iam-1", "iam-2", "iam-3"), ("page000", "page001", "page002")])
def test_pages_without_a_hole_are_the_whole(tmp_path, names):
    put(tmp_path / "in", **{name: name != names[-1] for name in names})
    assert states(tmp_path / "in") == {("complete", None)}
    found = gather([tmp_path / "in"])
    assert {(item.outcome, item.why) for item in found.inputs} == {("read", "one of several pages")}
    assert len(found.rows.tables["groups"]) == 3


@pytest.mark.parametrize(
    "pages",
    [
        {"iam-1": True, "iam-3": False},
        {"iam-2": True, "iam-3": False},
        {"iam-1": False, "iam-2": True},
        {"first": True, "last": False},
        {"iam-1": True, "other-2": False},
        {"iam-1": True, "iam-2": True},
    ],
)
def test_pages_with_a_hole_are_partial(tmp_path, pages):
    put(tmp_path / "in", **pages)
    assert states(tmp_path / "in") == {("partial", HOLE)}
