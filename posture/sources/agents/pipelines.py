"""What a GitHub Actions job may be and who may start it: subjects, triggers, permissions, agent steps."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from posture.sources.agents.server import escaped, texts

ISSUER = "token.actions.githubusercontent.com"

UNTRUSTED = frozenset(
    {
        "pull_request_target",
        "issue_comment",
        "issues",
        "discussion",
        "discussion_comment",
        "workflow_run",
        "pull_request_review",
        "pull_request_review_comment",
        "fork",
        "watch",
        "gollum",
    }
)
"""Triggers that a stranger pulls while the job runs with the repository's own rights."""

AGENTS = (
    "anthropics/claude-code-action",
    "anthropics/claude-code-base-action",
    "google-gemini/gemini-cli-action",
    "google-github-actions/run-gemini-cli",
    "openai/codex-action",
    "github/copilot-cli-action",
    "actions/ai-inference",
    "cursor/",
    "aws-actions/amazon-q",
    "block/goose",
    "continuedev/",
    "openhands/",
    "all-hands-ai/",
    "coderabbitai/",
    "qodo-ai/",
    "codium-ai/pr-agent",
    "paul-gauthier/aider",
    "sweepai/",
    "augmentcode/",
    "charmbracelet/crush",
)
"""Actions that run an agent, by the start of their name."""

_COMMANDS = re.compile(
    r"(?m)(?:^|[\s;&|(])(?:npx\s+(?:-y\s+)?)?(?:claude\s+(?:-p|--print|--dangerously)|@anthropic-ai/claude-code|codex\s+exec"
    r"|gemini\s+(?:-p|--prompt|--yolo|-y)|@google/gemini-cli|aider\s+--|goose\s+run|q\s+chat|cursor-agent|copilot\s+-p|opencode\s+run)"
)
_UNASKED = re.compile(
    r"--dangerously-skip-permissions|--yolo\b|danger-full-access|--dangerously-bypass-approvals-and-sandbox|bypassPermissions"
)
_FOREIGN = re.compile(
    r"github\.event\.(?:comment\.body|issue\.(?:title|body)|pull_request\.(?:title|body|head\.ref|head\.label)|review\.body"
    r"|review_comment\.body|discussion\.(?:title|body)|head_commit\.message|commits|pages|workflow_run\.head_branch)|github\.head_ref"
)
_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.S)
_STORED = re.compile(r"\b(secrets|vars)(?:\.([A-Za-z_]\w*)|\[\s*['\"]([A-Za-z_]\w*)['\"]\s*\])")
_HOSTED = re.compile(r"(?i)^(?:ubuntu|windows|macos)-[\w.-]+$")


def stored(text: str) -> Iterator[tuple[str, str]]:
    """(secrets or vars, name) of every stored value that an expression in `text` names."""
    for expression in _EXPRESSION.findall(text):
        for kind, dotted, indexed in _STORED.findall(expression):
            yield kind, dotted or indexed


def foreign(text: str) -> bool:
    """Whether text that strangers write reaches the place."""
    return _FOREIGN.search(text) is not None


def unasked(text: str) -> bool:
    """Whether an agent is started so that it asks nobody."""
    return _UNASKED.search(text) is not None


def triggers(given: Any) -> dict[str, Mapping[str, Any]]:
    """Events by name with their filters."""
    if isinstance(given, Mapping):
        return {str(name): rules if isinstance(rules, Mapping) else {} for name, rules in given.items()}
    return {name: {} for name in texts(given)}


def subjects(repository: str, events: Mapping[str, Mapping[str, Any]], environment: str) -> tuple[str, ...]:
    """Every subject that a job's token can carry, in the name form and in the form with ids.

    The owner stands in no file of a repository: `*`. A job with an environment has that subject and no other.
    """
    ends: list[str] = []
    if environment:
        ends.append(f"environment:{environment if '${{' not in environment else '*'}")
    else:
        for name, rules in sorted(events.items()):
            ends += _ends(name, rules)
    unique = tuple(dict.fromkeys(ends))
    named = tuple(f"repo:*/{repository}:{end}" for end in unique)
    return (*named, *(f"repo:*@*/{repository}@*:{end}" for end in unique))


def _ends(event: str, rules: Mapping[str, Any]) -> list[str]:
    if event == "pull_request":
        return ["pull_request"]
    if event == "pull_request_target":
        return ["pull_request", "ref:refs/heads/*"]
    if event == "push":
        branches, tags = rules.get("branches"), rules.get("tags")
        if (
            branches is None
            and tags is None
            and "branches-ignore" not in rules
            and "tags-ignore" not in rules
        ):
            return ["ref:refs/heads/*", "ref:refs/tags/*"]
        found = [
            f"ref:refs/heads/{_glob(branch)}" for branch in texts(branches) if not branch.startswith("!")
        ]
        found += [f"ref:refs/tags/{_glob(tag)}" for tag in texts(tags) if not tag.startswith("!")]
        found += ["ref:refs/heads/*"] if "branches-ignore" in rules else []
        return found + (["ref:refs/tags/*"] if "tags-ignore" in rules else [])
    if event in ("release", "create", "delete"):
        return ["ref:refs/tags/*"] if event == "release" else ["ref:refs/heads/*", "ref:refs/tags/*"]
    if event == "workflow_dispatch":
        return ["ref:refs/heads/*", "ref:refs/tags/*"]
    if event == "merge_group":
        return ["ref:refs/heads/gh-readonly-queue/*"]
    return ["*"] if event == "workflow_call" else ["ref:refs/heads/*"]


def _glob(pattern: str) -> str:
    return re.sub(r"\*+", "*", pattern)


def environment_of(job: Mapping[str, Any]) -> str:
    """Name of the job's environment; empty without one."""
    given = job.get("environment")
    name = given.get("name") if isinstance(given, Mapping) else given
    return name if isinstance(name, str) else ""


def granted(given: Any) -> tuple[tuple[str, str], ...]:
    """(step of the pointer, rule) of what `permissions` grants; one word for `write-all` and `read-all`."""
    if isinstance(given, str):
        return (("", given),)
    if isinstance(given, Mapping):
        return tuple(
            (f"/{escaped(str(name))}", f"{name}:{level}")
            for name, level in given.items()
            if isinstance(level, str)
        )
    return ()


def writes(job: Any, top: Any) -> bool | None:
    """Whether the token of the job may write; its own block replaces the top one. Null without any."""
    given = job if job is not None else top
    if given is None:
        return None
    return any(
        rule == "write-all" or (rule.endswith(":write") and rule != "id-token:write")
        for _at, rule in granted(given)
    )


def federates(job: Any, top: Any) -> bool:
    """Whether the job may ask for an identity token."""
    given = job if job is not None else top
    return any(rule in ("write-all", "id-token:write") for _at, rule in granted(given))


def runner(given: Any) -> str | None:
    """hosted, self-hosted-ephemeral or self-hosted-persistent; null where no label tells."""
    labels = [word.lower() for word in texts(given.get("labels") if isinstance(given, Mapping) else given)]
    if "self-hosted" in labels:
        return (
            "self-hosted-ephemeral"
            if any("ephemeral" in word for word in labels)
            else "self-hosted-persistent"
        )
    return "hosted" if labels and all(_HOSTED.match(word) for word in labels) else None


def agent_action(step: Mapping[str, Any]) -> str:
    """The action or command that runs an agent; empty for another step."""
    uses = step.get("uses")
    if isinstance(uses, str):
        name = uses.partition("@")[0].lower()
        return name if name.startswith(AGENTS) else ""
    run = step.get("run")
    return "command" if isinstance(run, str) and _COMMANDS.search(run) else ""
