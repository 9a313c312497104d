"""A mistake in a framework file is told with file, line and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from posture.frameworks import files, load
from posture.model.errors import InputError

HEAD = """[framework]
id = "acme-baseline"
title = "Acme identity baseline"
version = "3"
publisher = "Acme"
published = "2026-01-15"
licence = "internal"
url = "https://acme.example/baseline"
role = "control"
official_ids = true
"""
CONTROL = """
[[control]]
id = "ACME-1"
title = "Keys are changed"
kind = "control"
evidence = "tool"
checks = ["key-too-old", "rotation-overdue"]
"""


def given(folder: Path, text: str, name: str = "acme.toml") -> Path:
    (folder / name).write_text(text, "utf-8")
    return folder


def test_a_company_framework_lists_checks(tmp_path: Path) -> None:
    second = '\n[[control]]\nid = "ACME-2"\ntitle = "Keys are young"\nkind = "control"\nevidence = "tool"\n'
    frameworks = load(given(tmp_path, HEAD + CONTROL + second + 'checks = ["key-too-old"]\n'))
    assert frameworks.checks_listed() == {
        "key-too-old": ("acme-baseline/ACME-1", "acme-baseline/ACME-2"),
        "rotation-overdue": ("acme-baseline/ACME-1",),
    }
    assert frameworks.get("acme-baseline/ACME-1").title == "Keys are changed"
    assert frameworks.status_frameworks()[-1].id == "acme-baseline"
    assert "acme.toml" in dict(frameworks.digests())
    assert not load().has("acme-baseline/ACME-1")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            HEAD.replace('"3"', "3") + CONTROL,
            "acme.toml, line 4: 'version' in framework: write a text in quotes",
        ),
        (
            HEAD.replace('"control"', '"rule"') + CONTROL,
            "acme.toml, line 9: role is 'rule'; use threat, governance",
        ),
        (HEAD.replace('version = "3"\n', "") + CONTROL, "acme.toml, line 1: framework lacks version; add it"),
        (
            HEAD + "colour = 1\n" + CONTROL,
            "acme.toml, line 11: unknown field 'colour' in framework; it may hold",
        ),
        (CONTROL, "acme.toml: no [framework] table; begin with one"),
        (HEAD.replace("[framework]", "[[framework]]") + CONTROL, "acme.toml: one file gives one framework"),
        (
            HEAD + "[other]\n" + CONTROL,
            "acme.toml: unknown table 'other'; this file may hold framework, retired",
        ),
        (HEAD + "[[control\n" + CONTROL, "acme.toml: not valid TOML: "),
        (
            HEAD + CONTROL + CONTROL,
            "acme.toml, line 20: control 'ACME-1' stands here a second time; keep one",
        ),
        (
            HEAD + CONTROL + 'parent = "ACME-0"\n',
            "acme.toml, line 18: parent 'ACME-0' of 'ACME-1' does not stand",
        ),
        (
            HEAD + CONTROL.replace('"tool"', '"tol"'),
            "acme.toml, line 16: evidence of 'ACME-1' is 'tol'; use tool, mixed",
        ),
        (
            HEAD + CONTROL.replace('"tool"', '"human"'),
            "acme.toml, line 16: 'ACME-1' is left to human evidence; say why",
        ),
        (
            HEAD + CONTROL.replace('"tool"', '"outside"'),
            "'ACME-1' is left to outside evidence; say why in because",
        ),
        (
            HEAD + CONTROL.replace('evidence = "tool"\n', ""),
            "'ACME-1' has questions or checks but no evidence",
        ),
        (
            HEAD + CONTROL.replace('["key-too-old", "rotation-overdue"]', "[1]"),
            "acme.toml, line 17: 'checks' in control",
        ),
        (
            HEAD + "citations = true\n" + CONTROL,
            "acme.toml, line 17: 'ACME-1' has evidence, but acme-baseline is cited",
        ),
        (HEAD, "acme.toml: no control says its evidence; add it, or set citations = true above"),
        (
            HEAD.replace("acme-baseline", "owasp-nhi-top10") + CONTROL,
            "already given by owasp_nhi_2025.toml; use another",
        ),
        (HEAD.replace("acme-baseline", "Acme Baseline") + CONTROL, "names no framework before the slash"),
        (HEAD + 'control = ["ACME-1"]\n', "unknown field 'control' in framework"),
    ],
)
def test_mistakes(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError) as told:
        load(given(tmp_path, text))
    assert said in str(told.value)
    assert str(tmp_path) not in str(told.value)


def test_an_entry_that_is_no_table(tmp_path: Path) -> None:
    with pytest.raises(
        InputError, match=r"acme\.toml: 'control' is no list of tables; write \[\[control\]\]"
    ):
        load(given(tmp_path, 'control = ["ACME-1"]\n' + HEAD))


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "acme.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match=r"acme\.toml: not UTF-8 text; save it as UTF-8"):
        load(tmp_path)


def test_an_unknown_question_is_named(tmp_path: Path) -> None:
    frameworks = load(given(tmp_path, HEAD + CONTROL + 'questions = ["Q-99"]\n'))
    with pytest.raises(InputError) as told:
        frameworks.questions()
    assert str(told.value) == "acme.toml: 'ACME-1' asks 'Q-99', which does not exist"


def test_foreign_text_is_made_plain(tmp_path: Path) -> None:
    escape = CONTROL.replace("Keys are changed", "Keys \\u001b[31mare\\u202e changed")
    control = load(given(tmp_path, HEAD + escape)).get("acme-baseline/ACME-1")
    assert control.title == "Keys ␛[31mare⟨202E⟩ changed"


def test_the_package_is_looked_in_before_the_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "posture" / "frameworks"
    package.mkdir(parents=True)
    monkeypatch.setattr(files, "__file__", str(package / "files.py"))
    with pytest.raises(
        InputError, match="framework files are missing from this installation; install posture again"
    ):
        files.shipped_folder()
    (tmp_path / "frameworks").mkdir()
    assert files.shipped_folder() == tmp_path / "frameworks"
    (package / "data").mkdir()
    assert files.shipped_folder() == package / "data"
