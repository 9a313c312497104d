"""Whatever a file holds, an AWS source says what it cannot read and raises nothing else."""

import json
from pathlib import PurePosixPath

from hypothesis import given, settings
from hypothesis import strategies as st

from posture.model.errors import Unreadable
from posture.model.frames import frame
from posture.settings import Settings
from posture.sources import registry
from posture.sources.aws.answers import recorded
from posture.sources.contract import Page, Place, Rows

READERS = [reader for reader in registry.every() if reader.SOURCE.provider == "aws"]
ARN = "arn:aws:iam::111122223333:role/r"
NAMES = [
    "UserDetailList",
    "RoleDetailList",
    "GroupDetailList",
    "Policies",
    "Arn",
    "UserName",
    "GroupList",
    "Tags",
    "Key",
    "AssumeRolePolicyDocument",
    "Statement",
    "Principal",
    "Service",
    "PolicyVersionList",
    "Document",
    "Functions",
    "FunctionArn",
    "Role",
    "Environment",
    "Variables",
    "taskDefinition",
    "containerDefinitions",
    "environment",
    "name",
    "value",
    "SecretList",
    "ARN",
    "RotationRules",
    "Reservations",
    "Instances",
    "Accounts",
    "Id",
    "levels",
    "Targets",
    "PolicySummary",
    "Content",
    "AccessKeyMetadata",
    "CreateDate",
    "RoleLastUsed",
    "service",
    "operation",
    "response",
    "projects",
    "posture",
    "shape",
    "Policy",
    "Attributes",
    "IamInstanceProfile",
    "State",
    "Placement",
]
LEAF = st.none() | st.booleans() | st.integers(-5, 10**14) | st.floats() | st.text(max_size=6) | st.just(ARN)
TREE = st.recursive(
    LEAF,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5),
    max_leaves=25,
)


def read_all(data: bytes) -> None:
    page = Page(Place("111122223333"), PurePosixPath("export.json"), data, Settings())
    for reader in READERS:
        rows = Rows()
        rows.reading(reader.SOURCE.id, page)
        if not reader.claims(page):
            continue
        try:
            reader.read(page, rows)
        except Unreadable:
            continue
        for table, found in rows.tables.items():
            assert frame(table, found).height == len(found)


@settings(max_examples=300, derandomize=True, deadline=None)
@given(st.dictionaries(st.sampled_from(NAMES), TREE, min_size=1, max_size=4) | st.lists(TREE, max_size=3))
def test_any_document(document):
    read_all(json.dumps(document).encode())


@settings(max_examples=150, derandomize=True, deadline=None)
@given(st.binary(max_size=60), st.integers(0, 300))
def test_bytes_in_the_middle(noise, place):
    user = {"UserName": "u", "Arn": ARN, "GroupList": ["g"], "Tags": [{"Key": "owner", "Value": "x"}]}
    trust = {"Statement": [{"Effect": "Allow", "Principal": {"Service": "s"}}]}
    role = {"Arn": ARN, "AssumeRolePolicyDocument": trust}
    whole = json.dumps({"UserDetailList": [user], "RoleDetailList": [role]}).encode()
    read_all(whole[:place] + noise + whole[place:])
    read_all(whole[:place] + noise)


def test_a_number_beyond_all_bounds_beside_half_a_character_costs_neither() -> None:
    entry = {"service": "iam", "operation": "ListUsers", "response": {"Users": []}}
    body = json.dumps([entry]).replace("[]", '[1e999, "\\ud800"]').encode()
    page = Page(Place("exports"), PurePosixPath("a.json"), body, Settings())
    assert [answer.call for answer in recorded(page)] == ["iam:ListUsers"]
