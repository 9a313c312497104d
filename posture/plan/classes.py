"""The classes of action: what each costs by default, what it answers, which mitigation it supports."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from msgspec import Struct

FailureMode = Literal["exposure", "post-authentication", "governance"]


class ActionClass(Struct, frozen=True):
    """One class of action; effort figures are planning defaults that settings override."""

    id: str
    title: str
    """An order to a person; `{}` stands for the name of the subject."""
    effort: float
    """Hours for one subject with one consumer."""
    mode: FailureMode
    """exposure: how somebody gets in; post-authentication: what they may do then; governance: who knows."""
    effect: str
    """What it does to the risk, in words."""
    per_consumer: float = 0.0
    """Hours more for each further consumer or copy."""
    mitigations: tuple[str, ...] = ()
    """Mitigations of MITRE ATLAS that it supports."""

    def hours(self, consumers: int, effort: Mapping[str, float]) -> float:
        """Effort for a subject with `consumers`; `effort` holds the classes whose base a setting changes."""
        return effort.get(self.id, self.effort) + self.per_consumer * max(0, consumers - 1)


_CLASSES = (
    ActionClass("contain", "Contain {}", 2, "exposure",
                "the credential lies in a managed store only", 0.5, ("AML.M0012",)),
    ActionClass("rotate", "Rotate {}", 4, "exposure",
                "the credential lives no longer than its new cycle", 1),
    ActionClass("replace", "Replace {} by a workload identity", 16, "exposure",
                "nothing stored, one hour of life, one consumer", mitigations=("AML.M0027",)),
    ActionClass("just-in-time", "Issue {} per task, for an hour", 12, "exposure",
                "one hour of life, no reuse", mitigations=("AML.M0026",)),
    ActionClass("federate", "Federate {} instead of storing it", 8, "exposure",
                "nothing stored, one hour of life", mitigations=("AML.M0026",)),
    ActionClass("narrow-scope", "Narrow {}", 6, "post-authentication",
                "weaker permission or no way at all, on every route", mitigations=("AML.M0026",)),
    ActionClass("enforce-policy", "Decide the calls of {} at request time", 3, "post-authentication",
                "a hijacked agent is stopped in seven of ten cases; a stolen credential is not",
                mitigations=("AML.M0028",)),
    ActionClass("limit-tools", "Limit the tools of {}", 4, "post-authentication",
                "fewer tools to choose from", mitigations=("AML.M0028", "AML.M0033")),
    ActionClass("tighten-trust", "Tighten the trust of {}", 2, "exposure",
                "fewer others are let in", mitigations=("AML.M0019",)),
    ActionClass("separate", "Separate {} by environment and memory", 12, "post-authentication",
                "ways across the border are gone", mitigations=("AML.M0032", "AML.M0031")),
    ActionClass("sandbox", "Sandbox {}", 12, "post-authentication",
                "less hostile input, half the supply-chain risk", mitigations=("AML.M0030", "AML.M0032")),
    ActionClass("require-approval", "Require approval for what {} destroys or sends", 4,
                "post-authentication",
                "destructive actions of a hijacked agent wait for a person; a stolen credential does not",
                mitigations=("AML.M0029",)),
    ActionClass("test-override", "Test the override of {}", 4, "governance",
                "not modelled; closes a control gap", mitigations=("AML.M0029",)),
    ActionClass("log-events", "Log the events of {} apart", 6, "governance",
                "not modelled", mitigations=("AML.M0024",)),
    ActionClass("watch-reuse", "Watch reuse of {}", 8, "governance",
                "not modelled", mitigations=("AML.M0024",)),
    ActionClass("widen-scanning", "Scan more surfaces of {}", 4, "governance",
                "not modelled; turns unknowns into answers"),
    ActionClass("assign-owner", "Assign an owner to {}", 1, "governance",
                "none by itself; unblocks others"),
    ActionClass("decommission", "Decommission {}", 1, "exposure",
                "every way from the subject is gone", mitigations=("AML.M0027",)),
    ActionClass("model-threats", "Model the threats to {}", 4, "governance", "not modelled"),
    ActionClass("pin-third-party", "Pin and verify {}", 2, "exposure",
                "half the supply-chain risk", mitigations=("AML.M0014", "AML.M0023")),
    ActionClass("isolate-exception", "Isolate {} behind the vault", 8, "exposure",
                "nothing stored outside the vault, one consumer, one step less permission",
                mitigations=("AML.M0012",)),
    ActionClass("identity-platform", "Set up workload identity for {}", 40, "exposure",
                "none by itself; replacement needs it"),
    ActionClass("policy-engine", "Set up a policy engine for {}", 40, "post-authentication",
                "none by itself; request-time policy needs it"),
    ActionClass("vault", "Set up a vault for {}", 32, "exposure",
                "none by itself; isolation needs it"),
    ActionClass("log-pipeline", "Set up a log pipeline for {}", 24, "governance",
                "none by itself; separate events need it"),
    ActionClass("map-consumers", "Find out who uses {}", 1, "governance",
                "none by itself; says what a change may break"),
)  # fmt: skip

CLASSES: Mapping[str, ActionClass] = MappingProxyType({one.id: one for one in _CLASSES})
"""Every class by its word."""

FIRST_POLICY_EFFORT = 12.0
"""Hours of the first request-time policy, which comes with a set of rules to start from."""

REVOCATION = 0.5
"""Hours after which a contained credential is dead; issuing it anew may take longer."""

CONTAINING = frozenset({"contain", "rotate"})
REPLACING = frozenset({"replace", "just-in-time", "federate", "isolate-exception"})
ENABLING = frozenset({"identity-platform", "policy-engine", "vault", "log-pipeline"})
