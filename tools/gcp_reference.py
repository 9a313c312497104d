"""Rebuilds the packaged table of Google Cloud's predefined roles from a list of them, one JSON object a line.

    python tools/gcp_reference.py gcp_predefined_roles.jsonl.gz --date 2026-08-22

Each line is a role as `gcloud iam roles describe` prints it. The facts are Google's, as collected by
iann0036/iam-dataset (MIT). Runs of neighbouring permissions are written as one, so that the table stays
small.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import zlib
from pathlib import Path

TARGET = Path(__file__).parent.parent / "posture" / "access" / "gcp" / "reference" / "roles.txt.z"


def table(roles: list[dict], stamp: str) -> str:
    """A stamp, one line of permissions per service, one line per role with the places of its permissions."""
    permissions = sorted({p for role in roles for p in role.get("includedPermissions") or ()})
    place = {permission: n for n, permission in enumerate(permissions)}
    lines = [stamp]
    services: dict[str, list[str]] = {}
    for permission in permissions:
        service, _, rest = permission.partition(".")
        services.setdefault(service, []).append(rest)
    lines += [f"P\t{service}\t{' '.join(services[service])}" for service in services]
    for role in sorted(roles, key=lambda role: role["name"]):
        given = sorted(place[p] for p in set(role.get("includedPermissions") or ()))
        lines.append(f"R\t{role['name'].removeprefix('roles/')}\t{_runs(given)}")
    return "\n".join(lines) + "\n"


def _runs(numbers: list[int]) -> str:
    words, last, n = [], 0, 0
    while n < len(numbers):
        end = n
        while end + 1 < len(numbers) and numbers[end + 1] == numbers[end] + 1:
            end += 1
        length = end - n
        words.append(f"{numbers[n] - last}" + (f"+{length}" if length else ""))
        last, n = numbers[end], end + 1
    return " ".join(words)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("roles", type=Path, help="roles, one JSON object a line, plain or gzipped")
    parser.add_argument("--date", required=True, help="day on which they were collected, as YYYY-MM-DD")
    given = parser.parse_args()
    opened = gzip.open if given.roles.suffix == ".gz" else open
    with opened(given.roles, "rt", encoding="utf-8") as lines:
        roles = [json.loads(line) for line in lines if line.strip()]
    text = table(roles, f"{given.date}\tiann0036/iam-dataset")
    TARGET.write_bytes(zlib.compress(text.encode(), 9))
    sys.stdout.write(f"{len(roles)} roles, {TARGET.stat().st_size} bytes\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
