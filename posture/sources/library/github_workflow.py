"""GitHub Actions workflows: jobs, who starts them, what their tokens may do, whom they become, agents."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from posture.model import keys
from posture.sources.agents import literals, outside, pipeline_logins, writing
from posture.sources.agents import pipelines as gha
from posture.sources.agents.frameworks import text
from posture.sources.agents.launch import image
from posture.sources.agents.opening import parsed
from posture.sources.agents.server import escaped
from posture.sources.agents.sheet import Sheet, strings
from posture.sources.contract import Page, Rows, Source

SOURCE = Source(
    id="github-workflow",
    title="GitHub Actions workflows",
    feeds=("workflows", "identities", "agents", "permissions", "references", "credentials", "links"),
    by_hand=".github/workflows of a repository",
    blind="pipelines, the roles that they take on, and agents that run in them",
    ends=(".yml", ".yaml"),
    rank=40,
)

_AWS_KEY = re.compile(r"(?i)aws_(?:access_key_id|secret_access_key)$")


def claims(page: Page) -> bool:
    """YAML in .github/workflows."""
    return page.parts[-3:-1] == (".github", "workflows")


def read(page: Page, into: Rows) -> None:
    """One workflow row and one pipeline identity per job; an agent where a step runs one."""
    sheet = Sheet(page, into, "github-actions", "/".join(page.path.parts[:-3]), "project")
    document = parsed(sheet, whole=True)
    jobs = document.get("jobs")
    stem = page.path.stem
    if not isinstance(jobs, Mapping):
        sheet.problem("/jobs", "holds no jobs")
        jobs = {}
    top = document.get("permissions")
    whole = f"workflow:{sheet.root}/{stem}"
    for step, rule in gha.granted(top):
        writing.permission(sheet, "scope", rule, f"/permissions{step}", whole)
    running = [name for name, job in jobs.items() if isinstance(job, Mapping) and _agent_steps(job)]
    for name, job in jobs.items():
        at = f"/jobs/{escaped(str(name))}"
        if isinstance(job, Mapping):
            _Job(
                sheet, document, str(name), at, job, str(name) in map(str, running), len(running) == 1
            ).write()
        else:
            sheet.problem(at, "is no job")
    _references(sheet, document)
    literals.document(sheet, document, where="file")
    writing.covered(sheet, "workflows", "credentials")


def _agent_steps(job: Mapping[str, Any]) -> list[tuple[int, Mapping[str, Any]]]:
    steps = job.get("steps")
    return [
        (n, step)
        for n, step in enumerate(steps if isinstance(steps, list) else ())
        if isinstance(step, Mapping) and gha.agent_action(step)
    ]


class _Job:
    def __init__(
        self,
        sheet: Sheet,
        document: Mapping[str, Any],
        name: str,
        at: str,
        job: Mapping[str, Any],
        agent: bool,
        only: bool,
    ) -> None:
        self.sheet, self.name, self.at, self.job = sheet, name, at, job
        self.stem = sheet.page.path.stem
        self.title = text(document.get("name")) or self.stem
        self.top, self.own = document.get("permissions"), job.get("permissions")
        self.events = gha.triggers(document.get("on", document.get("true")))
        self.agent, self.only = agent, only
        self.key = f"pipeline:{sheet.root}/{self.stem}/{name}"

    def write(self) -> None:
        sheet = self.sheet
        untrusted = any(event in gha.UNTRUSTED for event in self.events)
        said = [value for _at, value in strings(self.job)]
        secrets = self.job.get("secrets") == "inherit" or any(
            kind == "secrets" and stored != "GITHUB_TOKEN"
            for value in said
            for kind, stored in gha.stored(value)
        )
        sheet.put(
            "identities",
            self.at,
            key=self.key,
            scope=sheet.scope,
            provider="github",
            kind="pipeline",
            name=f"{self.title}/{self.name}",
            class_="pipeline",
            class_basis="kind",
        )
        sheet.own(self.at, self.key)
        reads = self._reads(said, untrusted)
        sheet.put(
            "workflows",
            self.at,
            key=f"workflow:{sheet.root}/{self.stem}/{self.name}",
            scope=sheet.scope,
            identity=self.key,
            untrusted_trigger=untrusted,
            secrets_available=secrets,
            write_token=gha.writes(self.own, self.top),
            runner=gha.runner(self.job.get("runs-on")),
            agent_step=self.agent,
            foreign_text=reads,
        )
        for step, rule in gha.granted(self.own):
            writing.permission(sheet, "scope", rule, f"{self.at}/permissions{step}", self.key)
        pipeline_logins.logins(sheet, self.at, self.key, self.job.get("steps"))
        if gha.federates(self.own, self.top):
            repository = sheet.root.rpartition("/")[2]
            found = gha.subjects(repository, self.events, gha.environment_of(self.job))
            pipeline_logins.subjects(sheet, self.at, self.key, found)
        if self.agent:
            self._agent(untrusted)

    def _reads(self, said: list[str], untrusted: bool) -> bool | None:
        """An agent step without a prompt of its own reads what started it."""
        if not self.agent:
            return None
        return untrusted or any(gha.foreign(value) for value in said)

    def _agent(self, untrusted: bool) -> None:
        sheet = self.sheet
        name = self.stem if self.only else f"{self.stem}/{self.name}"
        user = writing.agent(
            sheet,
            self.at,
            name,
            "ci-agent",
            f"{self.title}/{self.name}",
            autonomy="autonomous",
            autonomy_basis="kind",
            input="open" if untrusted else None,
            input_basis="kind" if untrusted else None,
        )
        sheet.put(
            "links", self.at, kind="runs-as", from_=user, to=self.key, because="the job that it runs in"
        )
        for event in self.events:
            trigger = {"schedule": "schedule", "workflow_dispatch": "person"}.get(event, "event")
            sheet.put(
                "runs",
                self.at,
                agent=user,
                trigger=trigger,
                authorised=None if event not in gha.UNTRUSTED else False,
            )
        for n, step in _agent_steps(self.job):
            place = f"{self.at}/steps/{n}"
            sheet.own(place, user)
            given = step.get("with")
            words = [value for _at, value in strings(given)] + [
                value for _at, value in strings(step.get("run"))
            ]
            if any(map(gha.unasked, words)):
                writing.permission(sheet, "mode", "bypassPermissions", place, user)
            for key in ("allowed_tools", "claude_args", "disallowed_tools", "settings"):
                value = given.get(key) if isinstance(given, Mapping) else None
                if isinstance(value, str):
                    _tools(sheet, user, f"{place}/with/{key}", key, value)
            uses = text(step.get("uses"))
            if uses:
                _action(sheet, user, f"{place}/uses", uses)


def _tools(sheet: Sheet, user: str, at: str, key: str, value: str) -> None:
    if key == "allowed_tools":
        listed = [("allow", value)]
    elif key == "disallowed_tools":
        listed = [("deny", value)]
    else:
        listed = [
            ("deny" if flag.startswith("dis") else "allow", quoted or bare)
            for flag, quoted, bare in re.findall(
                r"--((?:dis)?allowed-?[tT]ools)[ =](?:[\"']([^\"']+)[\"']|(\S+))", value
            )
        ]
    for effect, names in listed:
        for name in re.findall(r"[\w-]+(?:\([^()]*\))?", names):
            writing.permission(sheet, effect, name, at, user)
            if effect == "allow" and name.partition("(")[0] == "Bash":
                tool = writing.tool_key(sheet, f"{user.rpartition('/')[2]}/Bash")
                sheet.put(
                    "tools",
                    at,
                    key=tool,
                    scope=sheet.scope,
                    name="Bash",
                    kind="builtin",
                    transport="builtin",
                    effects=15,
                    claimed=True,
                    runs_code=True,
                    obtains=True,
                    sends_outside=True,
                    free_parameter=True,
                )
                sheet.put("links", at, kind="uses-tool", from_=user, to=tool, because="allowed in the step")


def _action(sheet: Sheet, user: str, at: str, uses: str) -> None:
    """The action itself is third-party code, pinned by commit or not at all."""
    name, _, version = uses.partition("@")
    exact = bool(re.fullmatch(r"[0-9a-f]{40}", version))
    if name.startswith("docker://"):
        start = image(uses.removeprefix("docker://"))
        name, version, exact = start.package, start.version, bool(start.digest)
    key = writing.tool_key(sheet, name)
    sheet.put(
        "tools",
        at,
        key=key,
        scope=sheet.scope,
        name=name,
        kind="connector",
        package=name,
        version=version or None,
        pin="exact" if exact else "floating" if version else "none",
        third_party=not name.startswith("./"),
        third_party_basis="kind",
    )
    sheet.put("links", at, kind="uses-tool", from_=user, to=key, because="the action that runs the agent")


def _references(sheet: Sheet, document: Mapping[str, Any]) -> None:
    for at, name, kind in _stored(document):
        secret = kind == "secrets"
        outside.refer(sheet, at, name, "secret-ref" if secret else "variable", secret=secret)
        if secret and _AWS_KEY.search(name):
            # GitHub offers federation, so that a stored key of AWS need not be.
            sheet.put(
                "credentials",
                at,
                key=keys.variable(sheet.root, name),
                provider="aws",
                kind="access-key",
                can_federate=True,
                holder="pipeline",
                holder_basis="kind",
            )


def _stored(document: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for at, value in strings(document):
        for kind, name in dict.fromkeys(gha.stored(value)):
            yield at, name, kind
