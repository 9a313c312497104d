"""The bench's inputs are the same for one seed, of the size asked for, and hard in the ways that matter."""

from __future__ import annotations

from pathlib import Path

from bench.accounts import account
from bench.estates import write
from bench.home import write as write_home
from posture.sources.gather import gather


def _files(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_an_account_has_the_counts_of_a_real_one() -> None:
    made = account()
    assert {name: len(rows) for name, rows in made.items()} == {
        "UserDetailList": 44,
        "GroupDetailList": 5,
        "RoleDetailList": 78,
        "Policies": 84,
    }
    assert len(account(8)["RoleDetailList"]) == 8 * 78


def test_roles_make_a_cycle_of_four_with_a_condition_in_it() -> None:
    trusts = {
        role["RoleName"]: role["AssumeRolePolicyDocument"]["Statement"][0]
        for role in account()["RoleDetailList"]
    }
    before = {
        name: trust["Principal"]["AWS"].rpartition("/")[2]
        for name, trust in trusts.items()
        if "AWS" in trust["Principal"]
    }
    assert [before[f"role-{n}"] for n in (1, 2, 3, 4)] == ["role-4", "role-1", "role-2", "role-3"]
    assert "Condition" in trusts["role-3"]


def test_an_estate_is_the_same_for_one_seed_and_another_for_another(tmp_path: Path) -> None:
    many = [write(tmp_path / name, 500, seed) for name, seed in (("a", 1), ("b", 1), ("c", 2))]
    assert many == [486, 486, 486]
    assert _files(tmp_path / "a") == _files(tmp_path / "b")
    assert _files(tmp_path / "a") != _files(tmp_path / "c")


def test_a_home_is_as_large_as_asked_and_every_configuration_in_it_is_read(tmp_path: Path) -> None:
    many = write_home(tmp_path / "dana", files=200, projects=3)
    assert (many, sum(1 for file in (tmp_path / "dana").rglob("*") if file.is_file())) == (70, 200)
    found = gather([], homes=[tmp_path / "dana"])
    assert [item.outcome for item in found.inputs if item.source] == ["read"] * 70
