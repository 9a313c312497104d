"""Profiles of a home: which static keys lie there and which roles they take."""

from base64 import b64encode
from hashlib import sha256

import pytest

from posture.model.errors import Unreadable

KEY = "AKIAFAKED23AAAAAAAAA"
SECRET = "FAKED23" + b64encode(sha256(b"nobody's").digest()).decode()[:33].replace("=", "A")
HOME = {"root": "dana", "kind": "home"}


def test_a_static_key(read):
    text = f"[default]\naws_access_key_id = {KEY}\naws_secret_access_key = {SECRET}\n"
    found = read("aws_config_files", text, ".aws/credentials", **HOME)
    assert found.of("credentials") == [
        {
            "at": "line 2",
            "key": KEY,
            "provider": "aws",
            "kind": "access-key",
            "name": "profile default",
            "exposure": "at-rest",
            "store": "file",
        }
    ]
    assert found.of("links", "kind", "from", "to") == [("stored-at", KEY, "home:dana")]
    assert found.rows.fingerprints == {KEY: "same:40"}
    assert SECRET not in repr(found.rows.tables)


def test_a_session_is_no_static_key(read):
    text = f"[default]\naws_access_key_id=ASIAFAKED23AAAAAAAAA\naws_secret_access_key={SECRET}\n"
    found = read("aws_config_files", text, ".aws/credentials", **HOME)
    assert found.of("credentials", "kind") == [("session",)]


ROLE = "arn:aws:iam::111122223333:role/ops"


@pytest.mark.parametrize(
    ("lines", "kind", "because"),
    [
        (["source_profile = cli"], "session", "takes the role as profile cli"),
        (["credential_source = Ec2InstanceMetadata"], "workload-token",
         "takes the role with the credentials of Ec2InstanceMetadata"),
        (["web_identity_token_file = /var/run/token"], "federated-trust",
         "takes the role with a web identity token"),
    ],
)  # fmt: skip
def test_a_profile_that_takes_a_role(read, lines, kind, because):
    text = "\n".join(["[profile ops]", f"role_arn = {ROLE}", *lines])
    found = read("aws_config_files", text, ".aws/config", **HOME)
    assert found.of("credentials", "key", "kind", "has_exposure") == [("profile:dana/aws/ops", kind, False)]
    assert found.of("links", "kind", "from", "to", "because")[1] == (
        "authenticates",
        "profile:dana/aws/ops",
        ROLE,
        because,
    )


def test_a_profile_of_identity_center(read):
    text = """
[sso-session corp]
sso_start_url = https://corp.example/start

[profile routes]
sso_session = corp
sso_account_id = 444455556666
sso_role_name = Planner
"""
    found = read("aws_config_files", text, ".aws/config", **HOME)
    assert found.of("links", "kind", "to", "because")[1] == (
        "authenticates",
        "aws:444455556666:permission-set:Planner",
        "signs in at https://corp.example/start",
    )


def test_a_program_is_never_run(read, tmp_path):
    mark = tmp_path / "ran"
    text = f"[profile p]\ncredential_process = touch {mark}\n"
    found = read("aws_config_files", text, ".aws/config", **HOME)
    assert found.of("credentials", "kind") == [("unknown",)]
    assert found.of("links", "kind") == [("stored-at",)]
    assert not mark.exists()


def test_roles_anywhere(read):
    text = f"[profile p]\ncredential_process = aws_signing_helper credential-process --role-arn {ROLE}\n"
    found = read("aws_config_files", text, ".aws/config", **HOME)
    assert found.of("links", "kind", "to")[1] == ("authenticates", ROLE)


def test_broken_lines_leave_their_siblings(read):
    text = f"[profile\nregion = x\n[profile ok]\nrole_arn = {ROLE}\njust words\ns3 =\n  max = 1\n"
    found = read("aws_config_files", text, ".aws/config", **HOME)
    assert found.of("credentials", "key") == [("profile:dana/aws/ok",)]
    assert found.of("coverage", "at", "why") == [
        ("line 1", "one profile is set aside: it has no name"),
        ("line 5", "one line is set aside: it has no `=`"),
    ]


def test_a_file_without_a_section(read):
    with pytest.raises(Unreadable) as raised:
        read("aws_config_files", "region = x\n", ".aws/config", **HOME)
    assert str(raised.value) == "line 1: is no profile file: it starts without a [section]"
