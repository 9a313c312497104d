"""What the bench answers in bulk is what it answers one by one."""

from __future__ import annotations

import json
from pathlib import Path

from bench import decisions
from bench.accounts import account
from posture.access.aws.conditions import MAYBE, NO, YES
from posture.access.aws.landscape import read as landscape_of
from posture.assess.reading import Asked, read


def test_bulk_agrees_with_one_by_one_on_every_triple(tmp_path: Path) -> None:
    given = account()
    # A limit, a deny and a condition, which no single look at a principal settles.
    limited = given["UserDetailList"][3]
    limited["UserPolicyList"] = [
        {
            "PolicyName": "own",
            "PolicyDocument": {
                "Statement": [
                    {"Effect": "Allow", "Action": ["s3:*", "sqs:*"], "Resource": "*"},
                    {"Effect": "Deny", "Action": "s3:Put*", "Resource": "arn:aws:s3:::app-7/*"},
                    {
                        "Effect": "Allow",
                        "Action": "dynamodb:*",
                        "Resource": "*",
                        "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
                    },
                ]
            },
        }
    ]
    file = tmp_path / "details.json"
    file.write_text(json.dumps(given), encoding="utf-8")
    landscape = landscape_of(read(Asked((file,), fingerprint_key=b"k")).built.estate).landscape
    actors = decisions._actors(landscape)
    asked = list(decisions._asked(landscape))[:60]
    triples = [(a.principal.arn, action, r) for a in actors for r, actions in asked for action in actions]
    assert len(set(triples)) == len(triples) > 10_000
    answers = list(decisions.singly(actors, asked))
    assert list(decisions.bulk(actors, asked)) == answers
    assert set(answers) == {NO, MAYBE, YES}
