"""Secrets in tables that columns, lists and commas draw, and passphrases of words; sentences are none."""

from __future__ import annotations

import pytest

from posture.sources.secrets import scan_document, scan_text


def _found(text: str, name: str) -> list[str]:
    return [text[one.start : one.end] for one in scan_text(text, name)]


SIMPLE = """
=============  ========================
Name           Value
=============  ========================
db_host        db-1.internal.example
db_password    Kx9vFAKED02mQz7Lw3Tb
``api_key``    ``Zq8FAKED03xK8wPv3LmT``
retry_token    exponential
=============  ========================

========  ======================  ======
User      Password                Role
========  ======================  ======
ana       Kx9vFAKED06mQz7Lw3Tb    admin9
bo        Kx9vFAKED07mQz7Lw3Tb    user01
========  ======================  ======

Kx9vFAKED08mQz7Lw3Tb
"""
LISTED = """
.. list-table:: Settings
   :header-rows: 1

   * - Setting
     - Value
   * - api_token
     - Zq8FAKED04xK8wPv3LmT9rY
   * - region
     - eu-central-1

.. list-table::

   * - Host
     - Password
   * - db-1.internal
     - Kx9vFAKED09mQz7Lw3Tb
"""
COMMAS = """
.. csv-table:: Keys
   :header: "Name", "api_key"

   "prod", "Zq8FAKED05xK8wPv3LmT9rY"
   test, Zq8FAKED10xK8wPv3LmT9rY

Text, "api_key", "not a row of it 12345678"
"""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (SIMPLE, ["Kx9vFAKED02mQz7Lw3Tb", "Zq8FAKED03xK8wPv3LmT",
                  "Kx9vFAKED06mQz7Lw3Tb", "Kx9vFAKED07mQz7Lw3Tb"]),
        (LISTED, ["Zq8FAKED04xK8wPv3LmT9rY", "Kx9vFAKED09mQz7Lw3Tb"]),
        (COMMAS, ["Zq8FAKED05xK8wPv3LmT9rY", "Zq8FAKED10xK8wPv3LmT9rY"]),
        ("========  ==========\nhost      db-1\ntoken     is12345x\n========  ==========\n\n"
         "api_key   kubernetes1x\n", ["is12345x"]),
        ("Heading\n=======\n\n=== ===\na   b\n=== ===\npassword is12345x\n=== ===\n", ["is12345x"]),
    ],
)  # fmt: skip
def test_tables_of_restructured_text(text: str, found: list[str]) -> None:
    assert _found(text, "ops.rst") == found


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("passphrase: orbit velvet thunder maple\n", "a.yaml", "orbit velvet thunder maple"),
        ("PASSPHRASE=walrus-garnet-tulip-anvil\n", ".env", "walrus-garnet-tulip-anvil"),
        ("password = orbit velvet thunder maple # old\n", "a.ini", "orbit velvet thunder maple"),
        ('{"db_password": "orbit velvet thunder maple"}', "a.json", "orbit velvet thunder maple"),
        ("The passphrase is `walrus-garnet-tulip-anvil`.\n", "a.md", "walrus-garnet-tulip-anvil"),
        ("Passphrase: walrus garnet tulip anvil.\n", "a.md", "walrus garnet tulip anvil"),
        ('key_passphrase = "walrus garnet tulip anvil"\n', "a.tf", "walrus garnet tulip anvil"),
        ("| Password | Orbit-Velvet-Thunder-Maple |\n", "a.md", "Orbit-Velvet-Thunder-Maple"),
        ("wallet_passphrase: 'marble_copper_violin_quartz'\n", "a.yaml", "marble_copper_violin_quartz"),
        ("passphrase: enter your passphrase here\n", "a.yaml", None),
        ("password: must be at least eight characters\n", "a.yaml", None),
        ("password: kept somewhere with the others\n", "a.ini", None),
        ("Password: stored on every machine separately\n", "a.md", None),
        ('{"password": "Enter new account password"}', "en.json", None),
        ('{"password": "Confirm that your password matches"}', "en.json", None),
        ('password = "billing-service-database-access"\n', "a.py", None),
        ("passphrase: orbit orbit orbit orbit\n", "a.yaml", None),
        ("passphrase: orbit velvet maple\n", "a.yaml", "orbit velvet maple"),
        ("passphrase: orbit velvet\n", "a.yaml", None),
        ("passphrase: an orbit of maple\n", "a.yaml", None),
        ("password: kept somewhere safe\n", "a.md", None),
        ('{"password": "neues kennwort eingeben"}', "de.json", None),
        ("description: orbit velvet thunder maple\n", "a.yaml", None),
        ("password_policy: orbit velvet thunder maple\n", "a.yaml", None),
    ],
)
def test_passphrases_of_words(text: str, name: str, value: str | None) -> None:
    assert _found(text, name) == ([] if value is None else [value])


def test_a_passphrase_in_a_document() -> None:
    found = scan_document(
        {"env": {"WALLET_PASSPHRASE": "walrus garnet tulip anvil", "TOKEN": "a b c d"}}, "x.json"
    )
    assert [(one.pointer, one.finding.confidence) for one in found] == [("/env/WALLET_PASSPHRASE", "medium")]


def test_hostile_tables_end() -> None:
    for hostile in ("=== " * 2**16, ".. list-table::\n" + "   * - a\n" * 2**14, "=== ===\n" * 2**14,
                    " .. list-table::\n" * 2**14,
                    ".. csv-table::\n   " + '"a",' * 2**14, "passphrase: " + "orbit " * 2**14):  # fmt: skip
        assert _found(hostile, "x.rst") == []


ACCOUNT = "FAKED47" + "Nz+SDYU92T2brxQYR7NLxknCxAo2U/" * 2 + "vvvv1zKdQ23pXk2f8w=="


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("Use staging with password `Kx9vFAKED41mQ`.\n", "AGENTS.md", "Kx9vFAKED41mQ"),
        ("Log in with the token ``Kx9vFAKED42mQz7Lw``.\n", "a.rst", "Kx9vFAKED42mQz7Lw"),
        ("The password is: `Kx9vFAKED43mQz7`\n", "a.md", "Kx9vFAKED43mQz7"),
        ("Pass the token `GITHUB_TOKEN2` on.\n", "a.md", ""),
        ("Set the password `correct` and the secret `agent-key-1`.\n", "a.md", ""),
        ("A next page token `Kx9vFAKED44mQz7Lw`.\n", "a.md", ""),
        ("requirepass Kx9vFAKED45mQz7Lw\nmasterauth Kx9vFAKED46mQz7Lw\n", "redis.conf", "Kx9vFAKED45mQz7Lw"),
        (f'x = "AccountName=a;AccountKey={ACCOUNT};E=1"\n', "a.cs", ACCOUNT),
        ('BACKUP_PASSPHRASE="tangerine walrus pebble"\n', ".env", "tangerine walrus pebble"),
        ("password: tangerine walrus pebble\n", "a.yaml", "tangerine walrus pebble"),
        ('{"password": "mot de passe"}', "fr.json", ""),
        ('{"password": "Passwort", "confirm_password": "wachtwoord herhalen"}', "de.json", ""),
        ("password: use-the-vault\npassphrase: enter-your-passphrase\n", "a.yaml", ""),
        ("password: let-the-good-times-roll-7\n", "a.yaml", "let-the-good-times-roll-7"),
        ('Client("AC0123456789abcdef0123456789abcdef", "13d4654c340b67c01ffff3195f80135f")\n', "a.py",
         "13d4654c340b67c01ffff3195f80135f"),
        ('x("AKIAFAKED97ABCDEFGHI",\n  "FAKED44wXvz/Ctiv5x5YPDHwRjygq6qLLeTKhpUm")\n', "a.go",
         "AKIAFAKED97ABCDEFGHI"),
        ('<setting name="ApiKey"><value>Kx9vFAKED49mQz7</value></setting>', "a.config", "Kx9vFAKED49mQz7"),
        ("sqlplus app/Kx9vFAKED50mQz@//db:1521/XE\n", "a.txt", "Kx9vFAKED50mQz"),
        ("sqlplus /nolog @x.sql\n", "a.txt", ""),
        ('release { storePassword "Kx9vFAKED51mQz" }\n', "a.gradle", "Kx9vFAKED51mQz"),
        ('#define API_TOKEN "Kx9vFAKED52mQz7Lw"\n', "a.h", "Kx9vFAKED52mQz7Lw"),
        ('#define TOKEN_NAME "x-auth-token"\n', "a.h", ""),
        ('field("String", "API_KEY", "\\"Kx9vFAKED53mQz7Lw\\"")\n', "a.kt", "Kx9vFAKED53mQz7Lw"),
        ('{"Jwt": {"Issuer": "x", "Key": "Kx9vFAKED54mQz7Lw"}}', "appsettings.json", "Kx9vFAKED54mQz7Lw"),
        ('{"Map": {"Key": "Kx9vFAKED55mQz7Lw"}}', "appsettings.json", ""),
        ('aws ssm put-parameter --value "Kx9vFAKED56mQz" --type SecureString\n', "a.sh", "Kx9vFAKED56mQz"),
        ('aws ssm put-parameter --value "eu-west-1a2b3c" --type String\n', "a.sh", ""),
        ('ssh-keygen -f k -N "Kx9vFAKED57mQz"\n', "a.sh", "Kx9vFAKED57mQz"),
        ('ssh-keygen -f k -N ""\n', "a.sh", ""),
        ('network={ ssid="x"\n psk="Kx9vFAKED58mQz"\n}\n', "wpa.conf", "Kx9vFAKED58mQz"),
        ("username=ana\npassword=Kx9vFAKED59mQz\n", "smb.cred", "Kx9vFAKED59mQz"),
        ('new Db("Server=db;User Id=sa;Password=Kx9vFAKED48mQz;")\n', "a.cs", "Kx9vFAKED48mQz"),
        ('"Server={};Password={};".format(a, b) + ";password=" + pw\n', "a.py", ""),
    ],
)  # fmt: skip
def test_what_people_write_of_passwords(text: str, name: str, value: str) -> None:
    assert _found(text, name)[:1] == ([value] if value else [])


def test_what_stands_beside_the_id_of_a_key_is_its_secret() -> None:
    text = 'x("AKIAFAKED97ABCDEFGHI", "FAKED44wXvz/Ctiv5x5YPDHwRjygq6qLLeTKhpUm")\n'
    assert [one.kind for one in scan_text(text, "a.go")] == ["aws_access_key_id", "aws_secret_access_key"]


def test_what_tokens_are_signed_with_stands_in_their_section() -> None:
    found = scan_document(
        {"Jwt": {"Key": "Kx9vFAKED60mQz7Lw"}, "Map": {"Key": "Kx9vFAKED61mQz7Lw"}}, "a.json"
    )
    assert [one.pointer for one in found] == ["/Jwt/Key"]


@pytest.mark.parametrize(
    ("document", "places"),
    [
        ({"api_key": {"value": "Kx9vFAKED62mQz7Lw"}}, ["/api_key/value"]),
        ({"db_password": {"type": "string", "default": "Kx9vFAKED63mQz7Lw"}}, ["/db_password/default"]),
        ({"password": {"default": "Passwort eingeben"}, "token": {"value": "#a1b2c3"}}, []),
        ({"label": {"value": "Kx9vFAKED64mQz7Lw"}}, []),
    ],
)
def test_a_value_is_called_by_the_name_above_it(document: object, places: list[str]) -> None:
    assert [one.pointer for one in scan_document(document, "a.json")] == places
