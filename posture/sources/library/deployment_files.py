"""Files that say how services run: Compose, Helm, Terraform. Only the secrets in them are read."""

from __future__ import annotations

import re

from posture.sources.agents import literals, writing
from posture.sources.agents.opening import sheets
from posture.sources.agents.sheet import Sheet
from posture.sources.contract import Page, Rows, Source
from posture.sources.reading import decode

SOURCE = Source(
    id="deployment-files",
    title="Deployment files",
    feeds=("credentials", "links"),
    by_hand="docker-compose.yml, values.yaml of charts, *.tf and *.tfvars of a repository",
    blind="secrets that lie in files of Compose, Helm and Terraform",
    ends=(".yml", ".yaml", ".tf", ".tfvars"),
    rank=60,
)

_TERRAFORM = (".tf", ".tfvars")
_YAML = re.compile(r"(?:docker-)?compose(?:[.\-][\w.\-]{1,60})?\.ya?ml|values(?:[.\-][\w.\-]{1,60})?\.ya?ml")


def claims(page: Page) -> bool:
    """By name."""
    name = page.parts[-1]
    return name.endswith(_TERRAFORM) or (
        _YAML.fullmatch(name) is not None and page.parts[-2:-1] != ("workflows",)
    )


def read(page: Page, into: Rows) -> None:
    """One credential per secret, by pointer or by line."""
    sheet = Sheet(page, into, "deployment", "", "project")
    if page.parts[-1].endswith(_TERRAFORM):
        literals.text(sheet, decode(page.data), 1, "file")
    else:
        for one, value in sheets(page, into, "deployment"):
            literals.document(one, value, where="file")
    writing.covered(sheet, "credentials")
