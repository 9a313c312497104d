"""What is found below a folder, whose it is, and what is left out and why."""

import os
from pathlib import Path

import pytest

from posture.settings import Reading
from posture.sources.walk import walk


def make(root: Path, *files: str) -> None:
    for name in files:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}")


def labels(root: Path, *named: str, **more) -> list[str]:
    return [file.label for file in walk([root / name for name in named], [], [], Reading(**more)).files]


def test_homes_and_repositories_are_places_of_their_own(tmp_path):
    make(
        tmp_path,
        "org/dana/.claude.json",
        "org/dana/src/app/.github/w.yml",
        "org/dana/src/app/x.json",
        "org/notes.json",
    )
    found = walk([tmp_path / "org"], [], [], Reading())
    assert [(file.label, file.place.kind) for file in found.files] == [
        ("app/.github/w.yml", "repository"),
        ("app/x.json", "repository"),
        ("dana/.claude.json", "home"),
        ("notes.json", "folder"),
    ]


@pytest.mark.parametrize(
    "named",
    ["org", "org/homes", "org/homes/dana", "org/homes/dana/.cursor", "org/homes/dana/.cursor/mcp.json"],
)
def test_a_label_does_not_depend_on_what_was_named(tmp_path, named):
    make(tmp_path, "org/homes/dana/.cursor/mcp.json")
    assert labels(tmp_path, named) == ["dana/.cursor/mcp.json"]


def test_a_part_of_a_repository_is_no_home_for_a_config_folder(tmp_path):
    make(tmp_path, "app/.git/HEAD", "app/tools/.config/tools.json", "app/fixtures/dana/.aws/config")
    assert labels(tmp_path, "app") == ["app/tools/.config/tools.json", "dana/.aws/config"]


def test_equal_names_are_told_apart_by_what_lies_above(tmp_path):
    make(tmp_path, "org/a/app/.git/HEAD", "org/a/app/x.json", "org/b/app/.github/w", "org/b/app/x.json")
    assert labels(tmp_path, "org") == ["a/app/x.json", "b/app/.github/w", "b/app/x.json"]


def test_flags_say_what_a_folder_is(tmp_path):
    make(tmp_path, "plain/a.json", "other/b.json")
    found = walk([], [tmp_path / "plain"], [tmp_path / "other"], Reading())
    assert [(file.label, file.place.kind) for file in found.files] == [
        ("other/b.json", "repository"),
        ("plain/a.json", "home"),
    ]


def test_the_order_of_the_arguments_changes_nothing(tmp_path):
    make(tmp_path, "a/x/1.json", "a/y/2.json", "b/3.json")
    named = [tmp_path / "b", tmp_path / "a" / "y", tmp_path / "a"]
    assert walk(named, [], [], Reading()) == walk(named[::-1], [], [], Reading())
    assert labels(tmp_path, "b", "a/y", "a") == ["3.json", "x/1.json", "y/2.json"]


def test_loose_files_read_the_same_under_another_name(tmp_path):
    make(tmp_path, "one/iam.json", "one/deep/x.json", "two/iam.json", "two/deep/x.json")
    assert labels(tmp_path, "one") == labels(tmp_path, "two") == ["deep/x.json", "iam.json"]
    assert labels(tmp_path, "one/iam.json") == ["iam.json"]
    assert labels(tmp_path, "one", "two") == [
        "one/deep/x.json",
        "one/iam.json",
        "two/deep/x.json",
        "two/iam.json",
    ]


def test_an_export_knows_the_folders_above_it(tmp_path):
    make(tmp_path, "111122223333/keys/a.json")
    found = walk([tmp_path / "111122223333" / "keys"], [], [], Reading())
    assert found.places[0].above[-1] == "111122223333"


def test_packages_and_git_are_left_out(tmp_path):
    make(
        tmp_path,
        "app/.git/config",
        "app/node_modules/p/package.json",
        "app/lib/node_modules/q.json",
        "app/x.json",
    )
    found = walk([tmp_path], [], [], Reading())
    assert [file.label for file in found.files] == ["app/x.json"]
    assert [item.why for item in found.inputs] == ["folders of packages and caches: node_modules (2)"]
    assert labels(tmp_path, "app/node_modules") == ["p/package.json"]


def test_tracked_files(tmp_path):
    make(tmp_path, "app/.mcp.json")
    (tmp_path / "app" / "git-ls-files.txt").write_text(".mcp.json\n")
    found = walk([tmp_path / "app"], [], [], Reading())
    assert found.places[0].tracked == frozenset({".mcp.json"})
    assert [file.label for file in found.files] == ["app/.mcp.json"]
    (tmp_path / "app" / ".git").mkdir()
    (tmp_path / "app" / ".git" / "index").write_bytes(b"broken")
    again = walk([tmp_path / "app"], [], [], Reading())
    assert again.places[0].tracked == frozenset({".mcp.json"})
    assert [(item.file, item.outcome, item.why) for item in again.inputs] == [
        ("app/.git/index", "failed", "is no git index"),
        ("app/git-ls-files.txt", "read", ""),
    ]


def test_links(tmp_path):
    make(tmp_path, "in/dana/.cursor/mcp.json", "out/secret.json")
    dana = tmp_path / "in" / "dana"
    (dana / ".aws").mkdir()
    (dana / ".aws" / "mcp.json").symlink_to("../.cursor/mcp.json")
    (dana / "cursor2").symlink_to(".cursor")
    (dana / "away").symlink_to(tmp_path / "out")
    (dana / "nowhere").symlink_to("missing")
    (dana / "self").symlink_to("self")
    (dana / ".cursor" / "up").symlink_to("..")
    found = walk([tmp_path / "in"], [], [], Reading())
    assert [(file.label, file.shown) for file in found.files] == [
        ("dana/.cursor/mcp.json", "dana/.aws/mcp.json"),
        ("dana/.cursor/mcp.json", "dana/.cursor/mcp.json"),
        ("dana/.cursor/mcp.json", "dana/cursor2/mcp.json"),
    ]
    assert [(item.file, item.outcome, item.why) for item in found.inputs] == [
        ("dana/.cursor/up", "failed", "is a link that leads in a circle"),
        ("dana/away", "skipped", "is a link that leads outside of what was named"),
        ("dana/nowhere", "failed", "is a link that leads nowhere"),
        ("dana/self", "failed", "is a link that leads in a circle"),
    ]


def test_pipes_are_not_opened(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    found = walk([tmp_path], [], [], Reading())
    assert [(item.outcome, item.why) for item in found.inputs] == [("skipped", "is no regular file")]


def test_limits(tmp_path):
    make(tmp_path, "d/a/b/c.json", "d/x.json")
    deep = walk([tmp_path / "d"], [], [], Reading(depth=1))
    assert [file.label for file in deep.files] == ["x.json"]
    assert [(item.file, item.why) for item in deep.inputs] == [("b", "lies deeper than 1 folders")]
    many = walk([tmp_path / "d"], [], [], Reading(files=1))
    assert len(many.files) == 1
    assert [item.why for item in many.inputs] == ["more than 1 files"]


def test_what_does_not_exist_is_absent(tmp_path):
    found = walk([tmp_path / "gone"], [], [], Reading())
    assert [(item.file, item.outcome) for item in found.inputs] == [("gone", "absent")]
