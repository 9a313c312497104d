"""The credential report: what each line says of its user, and what is known to be none."""

import base64
import json
from datetime import UTC, datetime

import pytest

from posture.model.errors import Unreadable

HEAD = (
    "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,"
    "mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,"
    "access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,"
    "access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,"
    "cert_1_last_rotated,cert_2_active,cert_2_last_rotated"
)
NO_KEY, NO_CERT = "false,N/A,N/A,N/A,N/A", "false,N/A"
BORN = "2022-01-02T03:04:05+00:00"


def line(
    name: str, password: str, key: str = NO_KEY, second: str = NO_KEY, mfa: str = "false", cert: str = NO_CERT
):
    path = "root" if name == "<root_account>" else f"user/{name}"
    return f"{name},arn:aws:iam::111122223333:{path},{BORN},{password},{mfa},{key},{second},{cert},{NO_CERT}"


def report(*lines: str) -> str:
    return "\n".join([HEAD, *lines]) + "\n"


NO_PASSWORD = "false,N/A,N/A,N/A"


def test_a_machine_user_with_one_key(read):
    key = "true,2024-08-19T10:02:00+00:00,2026-02-10T03:15:00+00:00,eu-west-1,s3"
    found = read("aws_credential_report", report(line("metrics", NO_PASSWORD, key)), "report.csv")
    user = "arn:aws:iam::111122223333:user/metrics"
    made, used = datetime(2024, 8, 19, 10, 2, tzinfo=UTC), datetime(2026, 2, 10, 3, 15, tzinfo=UTC)
    assert found.of("identities") == [
        {
            "at": "line 2",
            "key": user,
            "scope": "aws:111122223333",
            "provider": "aws",
            "kind": "user",
            "name": "metrics",
            "created": datetime(2022, 1, 2, 3, 4, 5, tzinfo=UTC),
            "enabled": True,
            "interactive": False,
            "mfa": False,
            "last_used_blind": False,
            "last_used": used,
        }
    ]
    assert found.of("credentials") == [
        {
            "at": "line 2",
            "key": f"{user}#access-key@2024-08-19T10:02:00Z",
            "scope": "aws:111122223333",
            "provider": "aws",
            "kind": "access-key",
            "name": "access key 1",
            "enabled": True,
            "created": made,
            "rotated": made,
            "has_expires": False,
            "last_used_blind": False,
            "last_used": used,
        }
    ]
    assert found.of("links", "kind", "from", "to") == [
        ("authenticates", f"{user}#access-key@2024-08-19T10:02:00Z", user)
    ]
    assert found.of("coverage", "scope", "table", "state") == [
        ("aws:111122223333", "credentials", "complete")
    ]


def test_what_never_was_is_known_to_be_none(read):
    inactive = "false,2024-08-19T10:02:00+00:00,N/A,N/A,N/A"
    password = "true,no_information,2026-02-11T08:20:00+00:00,N/A"
    found = read("aws_credential_report", report(line("ines", password, inactive, mfa="true")), "report.csv")
    assert found.of("identities", "interactive", "mfa", "enabled", "has_last_used") == [
        (True, True, True, False)
    ]
    assert found.of("credentials", "kind", "enabled", "has_last_used", "has_expires") == [
        ("password", True, False, False),
        ("access-key", False, False, False),
    ]


def test_nothing_left_to_sign_in_with(read):
    found = read("aws_credential_report", report(line("gone", NO_PASSWORD)), "report.csv")
    assert found.of("identities", "enabled", "interactive") == [(False, False)]
    assert found.of("credentials") == []


def test_the_root_user_has_a_password_that_nobody_can_take_away(read):
    root = line(
        "<root_account>", "not_supported,2025-11-14T09:12:31+00:00,not_supported,not_supported", mfa="true"
    )
    found = read("aws_credential_report", report(root), "report.csv")
    assert found.of("identities", "kind", "name", "interactive", "mfa") == [("root", "root", True, True)]
    assert found.of("credentials", "key", "kind") == [("arn:aws:iam::111122223333:root#password", "password")]


def test_keys_of_the_root_user_are_told_apart(read):
    keys = [f"true,2024-0{month}-01T00:00:00+00:00,N/A,N/A,N/A" for month in (1, 2)]
    root = line("<root_account>", "not_supported,N/A,not_supported,not_supported", *keys, mfa="true")
    found = read("aws_credential_report", report(root), "report.csv")
    assert [row["key"] for row in found.of("credentials") if row["kind"] == "access-key"] == [
        "arn:aws:iam::111122223333:root#access-key@2024-01-01T00:00:00Z",
        "arn:aws:iam::111122223333:root#access-key@2024-02-01T00:00:00Z",
    ]


def test_a_signing_certificate(read):
    given = line("old", NO_PASSWORD, cert="true,2020-01-01T00:00:00+00:00")
    found = read("aws_credential_report", report(given), "report.csv")
    assert found.of("credentials", "key", "kind", "name") == [
        ("arn:aws:iam::111122223333:user/old#certificate-1", "certificate", "signing certificate 1")
    ]


def test_the_answer_with_base64_says_when_it_was_made(read):
    text = report(line("ines", NO_PASSWORD))
    answer = {
        "Content": base64.b64encode(text.encode()).decode(),
        "ReportFormat": "text/csv",
        "GeneratedTime": "2026-06-30T05:00:00+00:00",
    }
    found = read("aws_credential_report", answer)
    assert found.of("identities", "name") == [("ines",)]


def test_a_path_does_not_change_the_name_of_a_key(read):
    key = "true,2024-08-19T10:02:00+00:00,N/A,N/A,N/A"
    given = report(line("metrics", NO_PASSWORD, key)).replace("user/metrics", "user/team/metrics")
    found = read("aws_credential_report", given, "report.csv")
    assert found.of("credentials", "key") == [
        ("arn:aws:iam::111122223333:user/metrics#access-key@2024-08-19T10:02:00Z",)
    ]
    listed = {
        "AccessKeyMetadata": [
            {
                "UserName": "metrics",
                "AccessKeyId": "AKIAFAKED04AAAAAAAAA",
                "Status": "Active",
                "CreateDate": "2024-08-19T10:02:00Z",
            }
        ]
    }
    assert read("aws_access_keys", listed).of("aliases", "key", "alias") == [
        ("AKIAFAKED04AAAAAAAAA", "arn:aws:iam::111122223333:user/metrics#access-key@2024-08-19T10:02:00Z")
    ]


def test_a_line_that_is_cut_off_leaves_its_siblings(read):
    cut = line("late", NO_PASSWORD)[:60]
    found = read("aws_credential_report", report(line("ines", NO_PASSWORD), cut), "report.csv")
    assert found.of("identities", "name") == [("ines",)]
    assert found.of("coverage", "state", "at", "why")[0] == (
        "partial",
        "line 3",
        "one line is set aside: it has no ARN or is cut off",
    )


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (HEAD + "\n", "holds no line below its head; generate the report again"),
        (
            json.dumps({"Content": "dXNlcixhcm4s*", "ReportFormat": "text/csv"}),
            "its Content is no base64 text; get the report again",
        ),
    ],
)
def test_reports_that_cannot_be_read(read, data, said):
    with pytest.raises(Unreadable) as raised:
        read("aws_credential_report", data)
    assert str(raised.value) == said


def test_two_keys_of_one_second_are_two_keys(read):
    made = "2024-08-19T10:02:00+00:00"
    first, second = f"true,{made},2026-02-10T03:15:00+00:00,eu-west-1,s3", f"false,{made},N/A,N/A,N/A"
    found = read("aws_credential_report", report(line("twins", NO_PASSWORD, first, second)), "report.csv")
    user = "arn:aws:iam::111122223333:user/twins"
    assert found.of("credentials", "key", "enabled") == [
        (f"{user}#access-key-1", True),
        (f"{user}#access-key-2", False),
    ]
    assert found.of("links", "from", "to") == [
        (f"{user}#access-key-1", user),
        (f"{user}#access-key-2", user),
    ]
