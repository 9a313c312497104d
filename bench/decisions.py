"""Decisions a second over the compiled account: one by one, each triple asked once.

Run `python -m bench.decisions SOURCE`.
"""

from __future__ import annotations

import json
import sys
import time
from itertools import islice, product
from pathlib import Path

from posture.access.aws.actor import Actor
from posture.access.aws.landscape import read as landscape_of
from posture.assess.reading import Asked, read

ASKED = 30_000
ACTIONS = ("s3:GetObject", "iam:PassRole", "kms:Decrypt", "ec2:RunInstances", "sqs:SendMessage",
           "dynamodb:GetItem", "lambda:InvokeFunction", "secretsmanager:GetSecretValue",
           "iam:CreateAccessKey", "sts:AssumeRole", "logs:PutLogEvents", "s3:DeleteBucket")  # fmt: skip
RESOURCES = tuple(f"arn:aws:s3:::ledger-{n}/month" for n in range(40))


def main(source: Path) -> None:
    """Prints decisions a CPU second as JSON."""
    landscape = landscape_of(read(Asked((source,), fingerprint_key=b"bench")).built.estate).landscape
    actors = [
        Actor(principal, landscape.accounts[principal.account])
        for _, principal in sorted(landscape.principals.items())
    ]
    asked = list(islice(product(RESOURCES, ACTIONS, actors), ASKED))
    began = time.process_time()
    for resource, action, actor in asked:
        actor.may(action, resource)
    spent = time.process_time() - began
    print(json.dumps({"decisions": len(asked), "a second": round(len(asked) / spent)}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
