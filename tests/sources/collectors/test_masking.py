"""Values leave an answer before it is written; shape and equality stay."""

import json
from base64 import b64encode
from hashlib import sha256

from posture.sources.collectors.masking import mask

KEY = "AKIAFAKED41AAAAAAAAA"
SECRET = "FAKED41" + b64encode(sha256(b"nobody").digest()).decode()[:33].replace("=", "A")
TOKEN = "ghp_" + "FAKED42" + sha256(b"token").hexdigest()[:29]


def masked(shape, group):
    return {"posture": {"shape": shape, "group": group}}


def test_a_map_of_variables():
    answer = {
        "Functions": [
            {"Environment": {"Variables": {"ID": KEY, "S": SECRET, "T": TOKEN, "U": TOKEN, "STAGE": "x"}}}
        ]
    }
    mask(answer, ["/Functions/*/Environment/Variables/*"])
    assert answer["Functions"][0]["Environment"]["Variables"] == {
        "ID": KEY,
        "S": masked("aws_secret_access_key", "1"),
        "T": masked("github_pat", "2"),
        "U": masked("github_pat", "2"),
        "STAGE": masked(None, "3"),
    }
    assert "FAKED42" not in json.dumps(answer)


def test_a_list_of_name_and_value():
    answer = {
        "projects": [
            {"environment": [{"name": "PASSWORD", "value": "FAKED43-zebra-kiosk-91", "type": "PLAINTEXT"}]}
        ]
    }
    mask(answer, ["/projects/*/environment/*/value"])
    assert answer["projects"][0]["environment"] == [
        {"name": "PASSWORD", "value": masked("password", "1"), "type": "PLAINTEXT"}
    ]


def test_what_is_not_there_stays_away():
    answer = {"Functions": [{"FunctionName": "f"}, {"Environment": None}]}
    assert mask(answer, ["/Functions/*/Environment/Variables/*"]) == {
        "Functions": [{"FunctionName": "f"}, {"Environment": None}]
    }


def test_a_variable_that_names_a_stored_secret_keeps_the_name():
    variables = [
        {"name": "DB_PASSWORD", "value": "prod/db", "type": "SECRETS_MANAGER"},
        {"name": "STAGE", "value": "production", "type": "PLAINTEXT"},
    ]
    answer = mask({"projects": [{"v": variables}]}, ["/projects/*/v/*/value"])
    assert answer["projects"][0]["v"][0]["value"] == "prod/db"
    assert answer["projects"][0]["v"][1]["value"] == {"posture": {"shape": None, "group": "1"}}
