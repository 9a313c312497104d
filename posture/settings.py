"""Every threshold and table of factors: name, default, unit and source; read from posture.toml."""

from __future__ import annotations

from ast import literal_eval
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import tomli
from msgspec import Struct
from pydantic import Field, ValidationError

from posture.model.columns import Record
from posture.model.errors import InputError
from posture.model.meanings import meanings


class From(Struct, frozen=True):
    """Unit of a setting, and where its default comes from."""

    unit: str
    source: str


_CIS_AWS = "CIS AWS Foundations 7.0"
_PRACTICE = "general practice"
_MODEL = "posture's risk model: ordinal planning weights, not probabilities"

Days = Annotated[int, From("days", _PRACTICE)]


class Limits(Record):
    """When something is too old, too long, too many."""

    key_age: Annotated[int, From("days", f"{_CIS_AWS} 2.12; CIS GCP 5.0 1.8 and 1.16")] = 90
    """A static key older than this needs rotation."""
    key_ages: Annotated[
        dict[str, int],
        From("days by kind of credential", "CA/Browser Forum for certificates; general practice"),
    ] = Field(default_factory=lambda: {"certificate": 398, "private-key": 365, "ssh-key": 365})
    """Kinds that live longer than other keys by their nature."""
    expiry: Annotated[int, From("days", "GitHub fine-grained token ceiling")] = 365
    """A credential that outlives this counts as without expiry."""
    key_unused: Annotated[int, From("days", f"{_CIS_AWS} 2.11")] = 45
    """An access key or IAM credential unused this long is stale."""
    identity_unused: Annotated[int, From("days", "AWS unused-access analyser period")] = 90
    """An identity, role or grant unused this long is stale."""
    review_privileged: Annotated[int, From("days", "CIS Controls 8.1 5.5")] = 90
    """A privileged or agent identity is reviewed at least this often."""
    review: Annotated[int, From("days", "PCI DSS 4.0.1 7.2.5.1")] = 180
    """Every other identity is reviewed at least this often."""
    contain_public: Annotated[float, From("hours", "posture")] = 1
    """A public exposure is revoked within this."""
    contain_internal: Annotated[float, From("hours", "posture")] = 4
    """An internal exposure is revoked within this."""
    scan_age: Annotated[int, From("days", _PRACTICE)] = 30
    """A surface not scanned for this long is not covered."""
    vendor_secret_age: Annotated[int, From("days", _PRACTICE)] = 90
    """A vendor's secret older than this is long-lived."""
    scopes_unused: Annotated[float, From("share", _PRACTICE)] = 0.5
    """More unused OAuth scopes than this share is broader than used."""
    permissions_unused: Annotated[float, From("share", "AWS unused permission findings")] = 0.5
    """At least this share unused is overprivileged."""
    broad_systems: Annotated[int, From("systems", "posture")] = 5
    """Reaching this many systems is broad access."""
    broad_domains: Annotated[int, From("trust domains", "posture")] = 2
    """Writing in this many trust domains is broad access."""
    long_lived: Annotated[float, From("hours", "posture")] = 24
    """A credential valid longer than this is long-lived."""
    bearer_ttl: Annotated[float, From("hours", "RFC 8705, RFC 9449")] = 1
    """A plain bearer token to a critical system lives at most this long."""
    ttl_destructive: Annotated[float, From("hours", "posture")] = 1
    """Ceiling for destructive permissions or criticality 5."""
    ttl_write: Annotated[float, From("hours", "posture")] = 8
    """Ceiling for write permissions."""
    ttl_read: Annotated[float, From("hours", "posture")] = 24
    """Ceiling for read permissions."""
    lease: Annotated[float, From("hours", "posture; Vault's default is 768")] = 24
    """A vault lease longer than this is long-lived."""
    rotation: Annotated[int, From("days", _PRACTICE)] = 90
    """Managed rotation runs at least this often."""
    revocation_lag: Annotated[float, From("minutes", "posture")] = 15
    """An autonomous agent's credential is dead this soon after the task."""
    reissue_after_change: Annotated[float, From("hours", "posture")] = 24
    """After a change the credential is issued anew within this."""
    retry_factor: Annotated[float, From("times the 7-day median", "posture")] = 3
    """A retry burst is at least this much over the median."""
    retry_least: Annotated[int, From("retries", "posture")] = 10
    """A retry burst has at least this many."""
    reach_ratio: Annotated[float, From("times", "posture")] = 2
    """Agents that differ by this factor need policies of their own."""
    human_use: Annotated[int, From("days", _PRACTICE)] = 30
    """How far back human use of a non-human identity counts."""
    tool_unused: Annotated[int, From("days", _PRACTICE)] = 30
    """A declared tool unused this long is beyond purpose."""
    memory_retention: Annotated[int, From("days", _PRACTICE)] = 30
    """Agent memory is reviewed or dropped after this."""
    delegation_depth: Annotated[int, From("hops", "posture")] = 3
    """Deeper delegation needs a breaker."""
    approval_window: Annotated[int, From("decisions", _PRACTICE)] = 20
    """Fewer decisions than this say nothing of approvers."""
    approval_rate: Annotated[float, From("share", _PRACTICE)] = 0.98
    """Approving at least this share looks like a rubber stamp."""
    approval_seconds: Annotated[float, From("seconds", _PRACTICE)] = 10
    """Deciding faster than this looks like a rubber stamp."""
    override_tested: Annotated[int, From("days", _PRACTICE)] = 180
    """A human override is tried at least this often."""
    manual_reissue: Annotated[float, From("runs a day", "posture")] = 20
    """More runs than this cannot rest on manual re-issue."""
    log_retention: Annotated[int, From("days", "PCI DSS 4.0.1 10.5.1")] = 365
    """Decision logs are kept at least this long."""
    threat_model_age: Annotated[int, From("days", _PRACTICE)] = 365
    """A threat model older than this is none."""
    exception_days: Annotated[int, From("days", "posture")] = 90
    """An exception for a long-lived credential lasts at most this long."""
    acceptance_days: Annotated[int, From("days", "posture")] = 180
    """Any other acceptance lasts at most this long."""
    false_positive_days: Annotated[int, From("days", "posture")] = 180
    """What somebody called a false positive is looked at again within this."""
    runbook_hours: Annotated[float, From("hours", "posture")] = 1
    """A revocation runbook works within this."""
    population: Annotated[int, From("agents", "posture")] = 50
    """Above this many agents a lifecycle programme is the durable fix."""


class Freshness(Record):
    """How old an answer may be before a clear verdict becomes unknown."""

    cloud: Days = 7
    """Cloud exports and snapshots."""
    scanner: Days = 30
    """Scanner exports, and what was read of hosts and repositories."""


class Factors(Record):
    """Factor tables of the risk model."""

    criticality: Annotated[tuple[float, float, float, float, float], From("value of 1 to 5", _MODEL)] = (
        5, 10, 25, 50, 100,
    )  # fmt: skip
    """Value of a system by criticality."""
    permission_read: Annotated[float, From("factor", _MODEL)] = 0.4
    permission_write: Annotated[float, From("factor", _MODEL)] = 0.7
    permission_destructive: Annotated[float, From("factor", _MODEL)] = 1.0
    """Destructive, admin or externally visible."""
    storage_public: Annotated[float, From("factor", _MODEL)] = 1.0
    storage_internal: Annotated[float, From("factor", _MODEL)] = 0.5
    storage_at_rest: Annotated[float, From("factor", _MODEL)] = 0.2
    storage_managed: Annotated[float, From("factor", _MODEL)] = 0.05
    lifetime_unbounded: Annotated[float, From("factor", _MODEL)] = 1.0
    """No end, or more than 365 days."""
    lifetime_365_days: Annotated[float, From("factor", _MODEL)] = 0.8
    lifetime_90_days: Annotated[float, From("factor", _MODEL)] = 0.5
    lifetime_24_hours: Annotated[float, From("factor", _MODEL)] = 0.25
    lifetime_1_hour: Annotated[float, From("factor", _MODEL)] = 0.1
    sharing_many: Annotated[float, From("factor", _MODEL)] = 1.0
    """Four or more consumers."""
    sharing_few: Annotated[float, From("factor", _MODEL)] = 0.8
    """Two or three consumers."""
    sharing_one: Annotated[float, From("factor", _MODEL)] = 0.5
    input_open: Annotated[float, From("factor", _MODEL)] = 0.5
    input_mediated: Annotated[float, From("factor", _MODEL)] = 0.2
    input_trusted: Annotated[float, From("factor", _MODEL)] = 0.05
    selection_free: Annotated[float, From("factor", _MODEL)] = 1.0
    selection_allow_list: Annotated[float, From("factor", _MODEL)] = 0.5
    selection_fixed: Annotated[float, From("factor", _MODEL)] = 0.25
    autonomy_autonomous: Annotated[float, From("factor", _MODEL)] = 1.0
    autonomy_semi: Annotated[float, From("factor", _MODEL)] = 0.8
    autonomy_approved: Annotated[float, From("factor", _MODEL)] = 0.5
    policy_enforced: Annotated[float, From("factor", _MODEL)] = 0.3
    """Request-time policy in enforce mode; log-only is 1."""
    approval_strong: Annotated[float, From("factor", _MODEL)] = 0.2
    approval_light: Annotated[float, From("factor", _MODEL)] = 0.5
    supply_unverified: Annotated[float, From("factor", _MODEL)] = 0.3
    supply_verified: Annotated[float, From("factor", _MODEL)] = 0.15
    """Verified or pinned."""
    supply_contained: Annotated[float, From("factor", _MODEL)] = 0.05
    """Verified or pinned, and sandboxed."""
    trust_any_tenant: Annotated[float, From("factor", _MODEL)] = 0.8
    trust_organisation: Annotated[float, From("factor", _MODEL)] = 0.3
    trust_exact: Annotated[float, From("factor", _MODEL)] = 0.05
    human_shared: Annotated[float, From("factor", _MODEL)] = 0.2
    """A shared or interactive identity."""
    human_other: Annotated[float, From("factor", _MODEL)] = 0.05
    decay: Annotated[float, From("factor", _MODEL)] = 0.8
    """What each transition after the first leaves."""


class Assumed(Record):
    """What stands in for a planning factor that nobody stated; every path that rests on one is marked."""

    criticality: Annotated[int, From("1 to 5", "posture")] = 2
    """For a kind of system that the table of kinds does not know."""
    exposure: Annotated[str, From("exposure", "posture")] = "at-rest"
    lifetime_hours: Annotated[float, From("hours", "posture")] = 8760.0
    consumers: Annotated[int, From("consumers", "posture")] = 1
    input: Annotated[str, From("input", "posture")] = "open"
    selection: Annotated[str, From("selection", "posture")] = "free"
    autonomy: Annotated[str, From("autonomy", "posture")] = "semi"
    trust: Annotated[str, From("trust", "posture")] = "exact"
    workload: Annotated[str, From("supply chain", "posture")] = "verified"
    """How well own workloads are kept: unverified, verified (or pinned), contained."""
    needed: Annotated[str, From("permission class", "posture")] = "read"
    """What an administrator needs once narrowed, where nobody measured what is used."""


class Planning(Record):
    """How the plan is ordered and dated."""

    strict: Annotated[bool, From("switch", "posture")] = False
    """Replace or isolate before every permission change."""
    capacity: Annotated[float, From("hours a day", "posture")] = 24.0
    """Hours that each lane works in a day."""
    lanes: Annotated[int, From("people", "posture")] = 1
    revoke_first: Annotated[bool, From("switch", "posture")] = False
    """Revoke every credential to contain before anything is issued anew."""
    refine: Annotated[int, From("actions", "posture")] = 100
    """So many actions of each stage, from its first, are moved to better places once the order is found."""
    listed_paths: Annotated[int, From("paths per origin", "posture")] = 2000
    """Paths beyond this are counted, not listed."""
    effort: Annotated[dict[str, float], From("hours per action", "general practice")] = Field(
        default_factory=dict
    )
    """Effort that differs from the action's own default."""


class Reading(Record):
    """Limits of what is read."""

    file_bytes: Annotated[int, From("bytes", "posture")] = 8 * 1024 * 1024
    """A configuration file over this is reported, not read."""
    export_bytes: Annotated[int, From("bytes", "posture")] = 2 * 1024 * 1024 * 1024
    """A cloud export over this is reported, not read."""
    text_chars: Annotated[int, From("characters", "posture")] = 1_000_000
    """Running text, such as instructions or a broken file, is looked through for secrets up to here."""
    depth: Annotated[int, From("folders", "posture")] = 24
    """How deep a folder tree is walked."""
    nesting: Annotated[int, From("levels", "posture")] = 200
    """How deep a document may nest."""
    files: Annotated[int, From("files", "posture")] = 500_000
    """More files than this under one root are reported, not read."""


class Names(Record):
    """Words from which facts are inferred where nobody declares them."""

    owner_tags: Annotated[tuple[str, ...], From("tag names", "posture")] = (
        "owner", "team", "owned-by", "ownedby", "contact", "service-owner",
    )  # fmt: skip
    environment_tags: Annotated[tuple[str, ...], From("tag names", "posture")] = (
        "environment", "env", "stage", "tier",
    )  # fmt: skip
    criticality_tags: Annotated[tuple[str, ...], From("tag names", "posture")] = ("criticality",)
    sensitivity_tags: Annotated[tuple[str, ...], From("tag names", "posture")] = (
        "sensitivity", "data-classification", "classification",
    )  # fmt: skip
    purpose_tags: Annotated[tuple[str, ...], From("tag names", "posture")] = ("purpose", "description")
    production: Annotated[tuple[str, ...], From("words in names", "posture")] = (
        "prod",
        "production",
        "prd",
        "live",
    )
    staging: Annotated[tuple[str, ...], From("words in names", "posture")] = (
        "stage",
        "staging",
        "preprod",
        "uat",
    )
    development: Annotated[tuple[str, ...], From("words in names", "posture")] = ("dev", "development")
    test: Annotated[tuple[str, ...], From("words in names", "posture")] = ("test", "qa", "ci")
    sandbox: Annotated[tuple[str, ...], From("words in names", "posture")] = (
        "sandbox",
        "sbx",
        "playground",
        "demo",
    )


class Scoring(Record):
    """Ceilings and limits of the score."""

    ceiling_contain: Annotated[float, From("points", "posture")] = 49.0
    """Cap while anything must be contained now."""
    ceiling_rotate: Annotated[float, From("points", "posture")] = 69.0
    """Cap while anything must be rotated now."""
    ceiling_stale: Annotated[float, From("points", "posture")] = 79.0
    """Cap while an inventory source is older than its limit."""
    least_coverage: Annotated[float, From("percent", "posture")] = 60.0
    """Below this the score is provisional and printed as a range."""


class Settings(Record):
    """All of it; `posture settings` prints every name with its default, unit and source."""

    organisation: Annotated[str, From("name", "yours")] = ""
    """Shown in titles."""
    frameworks: Annotated[tuple[str, ...], From("framework ids", "posture")] = ()
    """Frameworks to show; empty for all that have a status of their own."""
    limits: Limits = Limits.model_construct()
    freshness: Freshness = Freshness.model_construct()
    factors: Factors = Factors.model_construct()
    assumed: Assumed = Assumed.model_construct()
    planning: Planning = Planning.model_construct()
    reading: Reading = Reading.model_construct()
    names: Names = Names.model_construct()
    scoring: Scoring = Scoring.model_construct()


# Made without being validated: a test does that once, and each run would.
DEFAULTS = Settings.model_construct()


class Setting(Struct, frozen=True):
    """One setting as printed."""

    name: str
    default: Any
    unit: str
    source: str
    value: Any
    group: type[Record]
    field: str

    @property
    def meaning(self) -> str:
        """What it does, in a sentence."""
        return meanings(self.group).get(self.field, "")


def every(settings: Settings | None = None) -> Iterator[Setting]:
    """Each setting by its dotted name, with the value it has in `settings`."""
    yield from _walk(DEFAULTS, settings or DEFAULTS, "")


def _walk(default: Record, value: Record, prefix: str) -> Iterator[Setting]:
    for name, field in type(default).model_fields.items():
        usual, actual = getattr(default, name), getattr(value, name)
        if isinstance(usual, Record):
            yield from _walk(usual, actual, f"{prefix}{name}.")
            continue
        origin = next((m for m in field.metadata if isinstance(m, From)), From("", ""))
        yield Setting(f"{prefix}{name}", usual, origin.unit, origin.source, actual, type(default), name)


def changed(settings: Settings) -> Mapping[str, str]:
    """Settings that differ from their defaults, as text, by name."""
    return {item.name: str(item.value) for item in every(settings) if item.value != item.default}


def restored(told: Mapping[str, str]) -> Settings:
    """The settings that `changed` told so, in an overview that an earlier run saved."""
    given: dict[str, Any] = {}
    usual = {item.name: item.default for item in every()}
    for name, text in sorted(told.items()):
        if name in usual:
            *parents, last = name.split(".")
            into = given
            for parent in parents:
                into = into.setdefault(parent, {})
            into[last] = text if isinstance(usual[name], str) else literal_eval(text)
    return Settings.model_validate(given)


def read(path: Path) -> Settings:
    """Settings from a posture.toml; InputError says which line or name is wrong and what to do."""
    try:
        given = tomli.loads(path.read_text("utf-8"))
    except OSError as error:
        raise InputError(f"{path.name}: cannot be read ({error.strerror}); give another --settings") from None
    except UnicodeDecodeError:
        raise InputError(f"{path.name}: is not UTF-8; save it as UTF-8") from None
    except tomli.TOMLDecodeError as error:
        raise InputError(f"{path.name}: {error}; correct the file") from None
    try:
        return Settings.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = ".".join(str(part) for part in first["loc"])
        raise InputError(
            f"{path.name}: setting {name}: {first['msg'].lower()}; `posture settings` lists every name"
        ) from None
