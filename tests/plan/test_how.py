"""Commands can be pasted as they stand: whatever else is to be done is a comment of the shell."""

from __future__ import annotations

import re
import shlex

import pytest

from posture.plan.causes import Cause, Causes, Wanted
from posture.plan.how import how
from posture.reports.pages.plan import commands
from tests.reports.given import SAMPLE, assessed, seen

ROLE = "arn:aws:iam::111111111111:role/app/old-job"
MANAGED = "arn:aws:iam::aws:policy/AdministratorAccess"
COMMAND = re.compile(r"(aws|gcloud) [a-z0-9-]+ ")


@pytest.mark.parametrize(
    ("cause", "expected"),
    [
        (
            Cause("decommission", ROLE, "identities"),
            "# once its policies and keys are gone\naws iam delete-role --role-name old-job",
        ),
        (
            Cause("narrow-scope", f"{MANAGED} on {ROLE}", "policies"),
            f"aws iam detach-role-policy --role-name old-job --policy-arn {MANAGED}\n"
            "# then attach a policy with what the log shows as used",
        ),
    ],
)
def test_words_beside_a_command_are_a_comment(cause: Cause, expected: str) -> None:
    assert how(Wanted(cause), Causes(seen(SAMPLE)[0])) == expected


def test_every_line_of_a_way_with_commands_is_a_command_or_a_comment() -> None:
    told = set(assessed(SAMPLE).frame("steps")["how"])
    with_commands = [one for one in told if COMMAND.search(one)]
    assert with_commands
    for one in with_commands:
        for line in one.split("\n"):
            assert line.startswith("# ") or COMMAND.match(line)
            assert "," not in shlex.split(line)[0]
        assert commands(one) == one.split("\n")
