"""One string at a named place: secret, reference, placeholder or setting."""

import base64
import copy
import pickle

import pytest

from posture.sources.secrets import (
    Fingerprints,
    Place,
    Secret,
    classify,
    find,
    find_in_arguments,
    is_reference,
    references,
    scan_document,
    secret_of,
)
from tests.sources.secrets.fakes import Fake, Filler, placeholders, vendor_tokens

KEY = b"k" * 32


@pytest.mark.parametrize("fake", list(vendor_tokens(Filler(1))), ids=lambda fake: fake.name)
def test_every_vendors_token_is_known_under_its_name(fake: Fake) -> None:
    found = classify(fake.value, Place(fake.name))
    assert found is not None
    assert (found.kind, found.start, found.end) == (fake.kind, 0, len(fake.value))


@pytest.mark.parametrize("value", placeholders())
def test_what_is_still_to_be_filled_in_is_no_secret(value: str) -> None:
    for name in ("OPENAI_API_KEY", "DB_PASSWORD", "AWS_ACCESS_KEY_ID", "auth"):
        assert find(value, Place(name)) == ()


def test_a_word_inside_a_value_excuses_nothing() -> None:
    filler = Filler(2)
    for word in ("test", "fake", "example", "changeme"):
        assert classify(f"{word}-{filler.marked(24)}", Place("API_TOKEN")) is not None


@pytest.mark.parametrize(
    ("template", "place", "part", "kind"),
    [
        (
            "postgresql://app:@@@db.internal.example:5432/x",
            Place("", part="argument"),
            "url-userinfo",
            "password",
        ),
        ("https://a.example/mcp?api_key=@&profile=x", Place("url"), "query:api_key", "generic_api_key"),
        ("Bearer @", Place("Authorization", part="header"), "bearer", "generic_api_key"),
        (
            "Bash(PGPASSWORD=@ psql -h db -c 'select 1')",
            Place("allow", part="rule"),
            "env-assignment:PGPASSWORD",
            "password",
        ),
        ("--api-key=@", Place("", part="argument"), "argument:--api-key", "generic_api_key"),
        ("API_TOKEN=@", Place("", part="argument"), "env-assignment:API_TOKEN", "generic_api_key"),
        ("Authorization: Bearer @", Place("--header", part="argument"), "bearer", "generic_api_key"),
        ("X-Api-Key: @", Place("--header", part="argument"), "header:X-Api-Key", "generic_api_key"),
        ("${API_TOKEN:-@}", Place("API_TOKEN"), "default:API_TOKEN", "generic_api_key"),
        (
            "Server=db;User Id=sa;Password=@;Encrypt=true",
            Place("ConnectionString"),
            "connection:password",
            "password",
        ),
        ("dana:@", Place("--user", part="argument"), "basic", "basic_auth"),
    ],
)
def test_a_piece_is_found_where_it_stands(template: str, place: Place, part: str, kind: str) -> None:
    secret = Filler(3).marked(20)
    before, after = template.split("@@@") if "@@@" in template else template.split("@")
    value = before + secret + ("@" if "@@@" in template else "") + after
    [found] = find(value, place)
    assert (found.part, found.kind, value[found.start : found.end]) == (part, kind, secret)


def test_arguments_know_the_option_before_them() -> None:
    secret = Filler(4).marked(20)
    arguments = [
        "run",
        "--token",
        secret,
        "-e",
        f"API_TOKEN={secret}",
        "--region",
        "eu-west-1",
        "-e",
        "API_TOKEN",
    ]
    found = find_in_arguments(arguments, Place())
    assert [(index, one.part) for index, one in found] == [
        (2, "argument:--token"),
        (4, "env-assignment:API_TOKEN"),
    ]


def test_a_document_is_walked_with_pointers() -> None:
    filler = Filler(5)
    secret, other = filler.marked(20), filler.marked(24)
    token = base64.b64encode(secret.encode()).decode()
    document = {
        "kind": "Secret",
        "data": {"token": token, "username": "ZGFuYQ=="},
        "env": [{"name": "API_TOKEN", "value": other}, {"name": "LOG_LEVEL", "value": "info"}],
        "headers": {"X-Team": "billing", "X-Build/Key": other},
    }
    found = scan_document(document)
    assert [(one.pointer, one.finding.encoding) for one in found] == [
        ("/data/token", "base64"),
        ("/env/0/value", "plain"),
        ("/headers/X-Build~1Key", "plain"),
    ]
    held = secret_of(token, found[0].finding)
    assert Fingerprints(KEY).of(held) == Fingerprints(KEY).of(Secret(secret))


@pytest.mark.parametrize(
    ("value", "name", "form"),
    [
        ("${API_TOKEN}", "API_TOKEN", "braces"),
        ("Bearer ${env:API_TOKEN}", "API_TOKEN", "env"),
        ("${input:token}", "token", "input"),
        ("${workspaceFolder}/x", "workspaceFolder", "predefined"),
        ("$API_TOKEN", "API_TOKEN", "dollar"),
        ("%API_TOKEN%", "API_TOKEN", "percent"),
        ("${{ secrets.API_TOKEN }}", "API_TOKEN", "secret"),
        ("${{ vars.STAGE }}", "STAGE", "variable"),
        ("=Env.API_TOKEN", "API_TOKEN", "powerfx-env"),
        ("op://vault/item/field", "op://vault/item/field", "store"),
    ],
)
def test_references_say_what_they_point_at(value: str, name: str, form: str) -> None:
    [reference] = references(value)
    assert (reference.name, reference.form) == (name, form)
    assert is_reference(value) or form == "predefined"


def test_a_held_secret_shows_itself_to_nobody() -> None:
    value = Filler(6).marked(24)
    secret = Secret(value)
    fingerprint = Fingerprints(KEY).of(secret)
    for shown in (
        repr(secret),
        str(secret),
        f"{secret}",
        f"{secret:>40}",
        repr(fingerprint),
        repr(Fingerprints(KEY)),
    ):
        assert value[:6] not in shown
    for kept in (secret, fingerprint, Fingerprints(KEY)):
        with pytest.raises(TypeError):
            pickle.dumps(kept)
    assert copy.deepcopy(secret) is secret


def test_fingerprints_tell_equal_from_different_under_one_key_only() -> None:
    one, same, other = Secret("FAKED01abcdef"), Secret("FAKED01abcdef"), Secret("FAKED02abcdef")
    first = Fingerprints(KEY)
    assert first.of(one) == first.of(same)
    assert hash(first.of(one)) == hash(first.of(same))
    assert first.of(one) != first.of(other)
    assert first.of(one) != Fingerprints(b"j" * 32).of(one)
    assert Fingerprints().of(one) != Fingerprints().of(one)
    with pytest.raises(ValueError, match="at least 32 bytes"):
        Fingerprints(b"short")
