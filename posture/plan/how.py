"""How a step is done: the provider's own command where there is one, else the setting to change."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from typing import Any

from posture.model.keys import arn_account, arn_parts, is_access_key, short
from posture.plan.causes import Causes, Wanted

_FILE = re.compile(r"secret:(?P<place>[^#]*)#(?P<pointer>.*)", re.S)


def how(wanted: Wanted, causes: Causes) -> str:
    """Commands to paste after a look at them, or one sentence; foreign names are quoted for the shell.

    What is to be done beside the commands stands between them on lines of its own, as the shell's comments.
    """
    cause = wanted.cause
    value = causes.values.get(cause.key)
    if cause.action in ("contain", "rotate", "decommission") and value is not None:
        return _credential(cause.key, value, cause.action)
    if cause.action == "narrow-scope":
        return _narrow(wanted)
    if cause.action == "decommission":
        return _retire(cause.key)
    return SENTENCES.get(cause.action, "")


def _credential(key: str, value: Mapping[str, Any], action: str) -> str:
    user = _user(str(value["identity"] or ""))
    if is_access_key(key) and user:
        off = f"aws iam update-access-key --user-name {user} --access-key-id {key} --status Inactive"
        gone = f"aws iam delete-access-key --user-name {user} --access-key-id {key}"
        if action == "decommission":
            return f"{off}\n{gone}"
        new = f"aws iam create-access-key --user-name {user}"
        steps = (off, gone, new) if action == "contain" else (new, off, gone)
        return "\n".join(steps)
    if key.startswith("arn:aws:secretsmanager:"):
        return f"aws secretsmanager rotate-secret --secret-id {shlex.quote(key)}"
    if key.endswith("#password") and user:
        return f"aws iam delete-login-profile --user-name {user}"
    if key.startswith("projects/") and "/keys/" in key:
        account, _, name = key.partition("/keys/")
        mail = account.rsplit("/", 1)[-1]
        return (
            f"gcloud iam service-accounts keys delete {shlex.quote(name)} --iam-account {shlex.quote(mail)}"
        )
    place = _FILE.match(key)
    if place is not None:
        return (
            "revoke it where it was issued, put the new value into a managed store, and leave only a "
            f"reference in {place['place']} at {place['pointer']}"
        )
    return "revoke it where it was issued, and put the new value into a managed store only"


def _user(identity: str) -> str:
    parts = arn_parts(identity)
    if parts is None or not parts[4].startswith("user/"):
        return ""
    return shlex.quote(parts[4].rsplit("/", 1)[-1])


def _narrow(wanted: Wanted) -> str:
    key = wanted.cause.key
    policy, _, subject = key.partition(" on ")
    if subject:
        parts = arn_parts(subject)
        kind = parts[4].partition("/")[0] if parts else ""
        if kind in ("role", "user", "group"):
            name = shlex.quote(short(subject).partition("/")[2])
            return (
                f"aws iam detach-{kind}-policy --{kind}-name {name} --policy-arn {shlex.quote(policy)}\n"
                "# then attach a policy with what the log shows as used"
            )
    if arn_account(wanted.subjects[0]):
        used = shlex.quote(wanted.subjects[0])
        return f"aws iam generate-service-last-accessed-details --arn {used} --granularity ACTION_LEVEL"
    return "keep only the actions and resources that the log shows as used"


def _retire(key: str) -> str:
    parts = arn_parts(key)
    kind, _, path = parts[4].partition("/") if parts else ("", "", "")
    if kind in ("role", "user"):
        name = shlex.quote(path.rsplit("/", 1)[-1])
        return f"# once its policies and keys are gone\naws iam delete-{kind} --{kind}-name {name}"
    return "disable it first, delete it after a quiet period"


SENTENCES: Mapping[str, str] = {
    "replace": "give the workload an identity of its own: a role or managed identity in a cloud, OIDC "
    "federation from a pipeline, SPIFFE/SPIRE elsewhere; then delete the stored credential. It needs "
    "automation, an owner of the service, and a way to handle exceptions",
    "just-in-time": "issue it per task, with an end no later than the task's, revoked by a hook when the "
    "task ends or the agent changes; see the hook fire once. It needs automation and an owner of the service",
    "federate": "exchange the platform's own token, by OIDC or SPIFFE, for one with this audience, bound to "
    "its sender. It needs automation and an owner of the service",
    "enforce-policy": "put rules on the tool path in enforce mode, about the action and its target",
    "limit-tools": "list the tools per agent and the values that their parameters may take",
    "tighten-trust": "name the exact subject and audience in the trust; ask who calls at the endpoint",
    "separate": "one identity and one secret per environment; no trust from outside production into it",
    "sandbox": "run it without the home folder mounted and with a list of hosts that it may call",
    "require-approval": "strong for destructive and outward actions, light for writes, none for reads",
    "test-override": "name who may stop the agent, stop it once, and write down when",
    "log-events": "log tool use, token minting and secret retrieval as events of their own under one run id",
    "watch-reuse": "alert where a credential is used outside its declared task, source or schedule",
    "widen-scanning": "add the surface to the scanner and let it run at least monthly",
    "assign-owner": "record owner, purpose and next review, in inventory.toml or the register",
    "model-threats": "write down tasks, tools and trust boundaries before it goes on in production",
    "pin-third-party": "fix version and digest in the configuration and record the approved definition",
    "isolate-exception": "keep it in the vault, hand out short-lived exchanges, and date the exception",
    "map-consumers": "collect the last uses of the credential over one full cycle of the workload",
    "identity-platform": "stand up SPIFFE/SPIRE, or the cloud's own equivalent, for the platforms that the "
    "waiting steps name",
    "policy-engine": "put a decision point on the tool path and begin with the rules of the waiting steps",
    "vault": "set up the store and the exchange that the waiting steps use",
    "log-pipeline": "set up one place where the events of the waiting steps arrive and stay",
}
