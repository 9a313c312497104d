"""The first hour of a leak on the sample: whose it is, where it lies, what it reaches, what to do."""

from __future__ import annotations

import json as json_text

import pytest

from posture.model.errors import UsageError
from posture.reports import leaked
from posture.reports.first_hour import Case, steps
from posture.reports.pages import leak
from tests.reports.given import SAMPLE, seen

PRODUCTION = "arn:aws:iam::111122223333"
TARIFF_KEY = "AKIAFAKED02LS2JXOPP5"
CLI_KEY = "AKIAFAKED01AAUKJQVDT"


def _page(said: str) -> leaked.Leaked:
    view, answered = seen(SAMPLE)
    return leaked.leaked(view, answered, leaked.credential(view, said))


def test_a_shared_key_names_every_user_and_place() -> None:
    page = _page(TARIFF_KEY)
    assert page.identities == (f"{PRODUCTION}:user/svc-tariff-batch",)
    assert [user.key.rpartition(":")[2] for user in page.users] == [
        "tariff-batch/claude-code", "customs-feed", "rate-refresh", "preview-feed",
    ]  # fmt: skip
    assert sorted(place.where for place in page.places) == [
        "customs-feed", "preview-feed", "rate-refresh", "tariff-batch/.env#line 1",
        "tariff-batch/.env#line 2",
    ]  # fmt: skip
    assert {place.how for place in page.places} == {"stored"}


def test_what_it_reaches_is_told_worst_first_and_by_which_way() -> None:
    page = _page(TARIFF_KEY)
    assert [(row.name, row.criticality, row.certain) for row in page.reach] == [
        ("table/customs-entries", 4, "destructive, write, read"),
        ("table/tariffs", 4, "destructive, write, read"),
        ("quillhaven-tariff-feeds", 3, "destructive, write, read"),
    ]
    assert page.reach[0].way[1:-1] == ("user/svc-tariff-batch",)


def test_a_key_that_becomes_an_administrator_says_so() -> None:
    page = _page(CLI_KEY)
    assert leaked.administers(page) == ("aws:111122223333",)
    text = leak.page(page).decode()
    assert "**It administers: control plane of quillhaven-production.**" in text
    assert "| control plane of quillhaven-production and everything in it |" in text


def test_sessions_of_roles_in_other_accounts_are_cut_there() -> None:
    commands = [command for step in _page(CLI_KEY).steps for command in step.commands]
    at = commands.index("# in account 111122223333")
    assert commands[at + 1].startswith("aws iam put-role-policy --role-name ops-admin ")
    assert commands[0] == (
        f"aws iam update-access-key --user-name mara-cli --access-key-id {CLI_KEY} --status Inactive"
    )
    assert commands[-1] == f"aws iam delete-access-key --user-name mara-cli --access-key-id {CLI_KEY}"


def test_a_service_account_key_is_switched_off_by_its_own_tool() -> None:
    page = _page("yard-loader")
    mail = "yard-loader@quillhaven-lab.iam.gserviceaccount.com"
    name = page.credential.rpartition("/")[2]
    assert page.steps[0].commands == (
        f"gcloud iam service-accounts keys disable {name} --iam-account {mail}",
    )
    assert page.proof[1].commands == (
        f"gcloud iam service-accounts keys list --iam-account {mail} --managed-by=user",
    )


def test_a_token_is_found_by_its_place_and_by_where_it_was_seen() -> None:
    place = (
        "mara.lindqvist/Library/Application Support/Claude/claude_desktop_config.json"
        "#/mcpServers/chat/env/CHAT_BOT_TOKEN"
    )
    page = _page(place)
    assert _page(f"secret:{place}") == _page("chat-mcp, debug log") == page
    assert ("chat-mcp, debug log", "application-log") in [(one.where, one.how) for one in page.places]
    assert not page.reach
    assert "whom it authenticates" in page.unknown
    assert any(line.startswith("what it reaches") for line in page.unknown)


def test_what_nobody_knows_is_never_told_as_none() -> None:
    text = leak.page(_page("ledger/database")).decode()
    assert "It reaches nobody knows what" in text
    assert "- who uses it" in text


def test_a_file_with_several_secrets_lists_them() -> None:
    view, _ = seen(SAMPLE)
    with pytest.raises(UsageError, match=r"may be several credentials; say which: secret:mara\.lindqvist/"):
        leaked.credential(view, "mara.lindqvist/.claude.json")


def test_a_wrong_word_says_what_to_name() -> None:
    view, _ = seen(SAMPLE)
    with pytest.raises(UsageError, match="no credential of that key, place or name was read; did you mean"):
        leaked.credential(view, "fakED02ls2")
    with pytest.raises(UsageError, match="name a key id"):
        leaked.credential(view, "nothing-like-it")


def test_a_key_that_nothing_knows_still_gets_its_page() -> None:
    page = _page("AKIAFAKED99UNKNOWN00")
    assert page.unknown == (
        "the credential itself was not read, only its name is known",
        "whom it authenticates",
        "who uses it",
        "what it reaches: no access of its identity was read, so there may be any",
        "when it was last used",
    )
    assert page.steps[0].commands == ("aws sts get-access-key-info --access-key-id AKIAFAKED99UNKNOWN00",)


def test_json_holds_the_same_page() -> None:
    page = _page(TARIFF_KEY)
    document = json_text.loads(leaked.json(page))
    assert document["schema"] == {"id": "posture/leaked", "version": "1-draft"}
    assert [user["key"] for user in document["users"]] == [user.key for user in page.users]
    assert [step["commands"] for step in document["steps"]] == [list(step.commands) for step in page.steps]


def test_a_hostile_name_is_one_word_of_the_shell() -> None:
    user = "a;rm -rf $(x)`y`'z"
    case = Case(
        key="AKIAFAKED00000000000", kind="access-key", shape="", roles=(), places=(), users=(),
        identity=f"arn:aws:iam::111122223333:user/{user}",
    )  # fmt: skip
    todo, proof = steps(case)
    quoted = "'a;rm -rf $(x)`y`'\"'\"'z'"
    told = [command for step in (*todo, *proof) for command in step.commands if "user-name" in command]
    assert told
    assert all(f"--user-name {quoted}" in command for command in told)


def test_a_key_of_an_unknown_account_is_looked_up_first() -> None:
    case = Case("AKIAFAKED00000000000", "access-key", "", "", (), (), ())
    todo, _ = steps(case)
    assert todo[0].commands == ("aws sts get-access-key-info --access-key-id AKIAFAKED00000000000",)
