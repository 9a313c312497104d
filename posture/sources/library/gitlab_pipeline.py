"""GitLab pipelines: jobs, the stored values that they are handed, and agents that run in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from posture.sources.agents import literals, outside, pipelines, writing
from posture.sources.agents.opening import parsed
from posture.sources.agents.server import escaped, texts
from posture.sources.agents.sheet import Sheet, strings
from posture.sources.contract import Page, Rows, Source
from posture.sources.secrets import references
from posture.sources.secrets.names import role_of

SOURCE = Source(
    id="gitlab-pipeline",
    title="GitLab pipelines",
    feeds=("identities", "agents", "permissions", "references", "credentials", "links"),
    by_hand=".gitlab-ci.yml of a repository",
    blind="pipelines of GitLab, and agents that run in them",
    ends=(".gitlab-ci.yml", ".gitlab-ci.yaml"),
    rank=40,
)

_NO_JOBS = frozenset(
    {"stages", "variables", "default", "include", "workflow", "image", "services", "cache", "spec"}
)
_SCRIPTS = ("before_script", "script", "after_script")
_GIVEN = frozenset(
    {"CI_JOB_TOKEN", "CI_REGISTRY_PASSWORD", "CI_DEPLOY_PASSWORD", "CI_DEPENDENCY_PROXY_PASSWORD"}
)
"""Short-lived values that GitLab makes for each job."""


def claims(page: Page) -> bool:
    """A file of that name, also with something before it."""
    return page.parts[-1].endswith(SOURCE.ends)


def read(page: Page, into: Rows) -> None:
    """One pipeline identity per job; an agent where a script runs one."""
    sheet = Sheet(page, into, "gitlab-ci", "/".join(page.path.parts[:-1]), "project")
    document = parsed(sheet, whole=True)
    for name, job in document.items():
        if name not in _NO_JOBS and isinstance(job, Mapping) and not str(name).startswith("."):
            _job(sheet, str(name), job)
    for at, held, name in _stored(document):
        outside.refer(sheet, at, name, "secret-ref", secret=bool(role_of(held) or role_of(name)))
    literals.document(sheet, document, where="file")
    writing.covered(sheet, "credentials")


def _job(sheet: Sheet, name: str, job: Mapping[str, Any]) -> None:
    at, key = f"/{escaped(name)}", f"pipeline:{sheet.root}/gitlab-ci/{name}"
    sheet.put(
        "identities", at, key=key, scope=sheet.scope, provider="gitlab", kind="pipeline",
        name=f"gitlab-ci/{name}", class_="pipeline", class_basis="kind",
    )  # fmt: skip
    sheet.own(at, key)
    stored = job.get("secrets")
    for variable, kept in stored.items() if isinstance(stored, Mapping) else ():
        if isinstance(kept, Mapping):
            outside.refer(
                sheet, f"{at}/secrets/{escaped(str(variable))}", str(variable), "secret-ref", secret=True
            )
    running = [
        (f"{at}/{part}", line)
        for part in _SCRIPTS
        for line in texts(job.get(part))
        if pipelines.agent_action({"run": line})
    ]
    if not running:
        return
    user = writing.agent(
        sheet, at, name, "ci-agent", f"gitlab-ci/{name}", autonomy="autonomous", autonomy_basis="kind"
    )
    sheet.own(at, user)
    sheet.put("links", at, kind="runs-as", from_=user, to=key, because="the job that it runs in")
    sheet.put("runs", at, agent=user, trigger="event")
    for place, line in running:
        if pipelines.unasked(line):
            writing.permission(sheet, "mode", "bypassPermissions", place, user)


def _stored(document: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """(place, name that takes it, name) of variables that are handed on: their values are kept by GitLab."""
    for job, block in (("", document), *document.items()):
        variables = block.get("variables") if isinstance(block, Mapping) else None
        above = f"/{escaped(str(job))}/variables" if job else "/variables"
        for at, value in strings(variables, above):
            held = at[len(above) :].split("/")[1].replace("~1", "/").replace("~0", "~") if at != above else ""
            for one in references(value):
                if (
                    one.form in ("dollar", "braces")
                    and one.name not in _GIVEN
                    and (role_of(one.name) or role_of(held))
                ):
                    yield at, held, one.name
