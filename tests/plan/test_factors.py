"""The worked examples' arithmetic, factor by factor."""

from __future__ import annotations

import pytest

from posture.model.classes import Classes
from posture.plan.factors import (
    Lifetime,
    control,
    decay,
    hijacked_agent,
    human_use,
    lifetime,
    loose_trust,
    permission,
    sharing,
    stolen_credential,
    supply_chain,
    value,
)
from posture.settings import Settings

F, A = Settings().factors, Settings().assumed
NO_END = Lifetime(None)


def stolen(exposure: str, life: Lifetime, consumers: int) -> float:
    return stolen_credential(exposure, life, consumers, F, A).value


def hijacked(reads: str, tools: str, acts: str) -> float:
    return hijacked_agent(reads, tools, acts, F, A).value


def worth(criticality: int, classes: Classes) -> float:
    return value(criticality, F) * permission(classes, F)


def near(number: float) -> object:
    return pytest.approx(number, abs=1e-9)


def test_me_01_atoms() -> None:
    assert stolen("internal", NO_END, 1) * worth(4, Classes.WRITE) == near(8.75)
    assert hijacked("open", "free", "autonomous") * worth(4, Classes.WRITE) == near(17.5)
    contained = stolen("managed", NO_END, 1) * worth(4, Classes.WRITE)
    policed = hijacked("open", "free", "autonomous") * control(True, "none", F) * worth(4, Classes.WRITE)
    assert (contained, policed) == (near(0.875), near(5.25))


def test_me_02_secure_but_overpowered() -> None:
    theft = stolen("managed", Lifetime(1.0), 1)
    misuse = hijacked("open", "allow-list", "autonomous")
    assert (theft, misuse) == (near(0.0025), near(0.25))
    assert (theft + misuse) * worth(5, Classes.ADMIN) == near(25.25)
    assert (theft + misuse) * worth(5, Classes.READ) == near(10.1)


def test_me_03_policy_does_not_save_a_copied_token() -> None:
    theft = stolen("internal", NO_END, 1) * worth(5, Classes.DESTRUCTIVE)
    misuse = hijacked("mediated", "fixed", "approved") * worth(5, Classes.DESTRUCTIVE)
    held_back = misuse * control(True, "strong", F)
    assert (theft, misuse, held_back) == (near(25), near(2.5), near(0.15))
    assert theft / (theft + held_back) == pytest.approx(0.994, abs=5e-4)
    assert stolen("managed", NO_END, 1) * 100 + held_back == near(2.65)


def test_me_04_atoms_and_multipliers() -> None:
    assert stolen("at-rest", NO_END, 1) * worth(5, Classes.EXTERNAL) == near(10)
    assert hijacked("mediated", "allow-list", "autonomous") * worth(5, Classes.EXTERNAL) == near(10)
    assert stolen("at-rest", NO_END, 2) * worth(5, Classes.EXTERNAL) == near(16)
    assert hijacked("mediated", "free", "autonomous") * worth(5, Classes.EXTERNAL) == near(20)
    replaced = stolen("managed", Lifetime(1.0), 1) / stolen("managed", NO_END, 2)
    assert replaced == near(0.0625)
    limited = hijacked("mediated", "allow-list", "autonomous") * control(True, "none", F)
    assert limited / hijacked("mediated", "free", "autonomous") == near(0.15)


def test_me_06_rotation_leaves_five_times_what_replacement_leaves() -> None:
    crm = worth(4, Classes.WRITE)
    assert stolen("managed", NO_END, 1) * crm == near(0.875)
    assert stolen("managed", Lifetime(90 * 24.0), 1) * crm == near(0.4375)
    assert stolen("managed", Lifetime(0.25), 1) * crm == near(0.0875)


def test_me_07_an_exception_behind_a_vault() -> None:
    assert stolen("at-rest", NO_END, 3) * worth(4, Classes.DESTRUCTIVE) == near(8)
    assert stolen("managed", NO_END, 1) * worth(4, Classes.WRITE) == near(0.875)


def test_me_08_a_broker_adds_up_what_it_may_do_for_others() -> None:
    worths = (worth(2, Classes.READ), worth(4, Classes.READ), worth(5, Classes.DESTRUCTIVE))
    agents = (
        hijacked("mediated", "allow-list", "autonomous"),
        hijacked("open", "allow-list", "autonomous"),
        hijacked("trusted", "fixed", "autonomous"),
    )
    assert worths == (near(4), near(20), near(100))
    assert agents == (near(0.1), near(0.25), near(0.0125))
    assert sum(agents) * decay(2, F) * sum(worths) == near(35.96)
    scoped = sum(agent * decay(2, F) * one for agent, one in zip(agents, worths, strict=True))
    assert scoped == near(5.32)


def test_me_14_a_key_as_choke_point() -> None:
    theft = stolen("internal", NO_END, 3)
    assert theft == near(0.4)
    ways = (worth(4, Classes.WRITE), worth(2, Classes.READ), decay(2, F) * worth(5, Classes.DESTRUCTIVE))
    key = theft * sum(ways)
    agents = 0.25 * ways[0] + 0.1 * ways[1] + 0.0125 * ways[2]
    assert (key, key + agents) == (near(47.6), near(57.75))
    assert key / (key + agents) == pytest.approx(0.824, abs=5e-4)


@pytest.mark.parametrize(
    ("hours", "factor"),
    [
        (None, 1.0),
        (8760.5, 1.0),
        (8760, 0.8),
        (2161, 0.8),
        (2160, 0.5),
        (24.5, 0.5),
        (24, 0.25),
        (1, 0.1),
        (0, 0.1),
    ],
)
def test_lifetime_steps(hours: float | None, factor: float) -> None:
    assert lifetime(hours, F) == factor


@pytest.mark.parametrize(
    ("consumers", "factor"), [(0, 0.5), (1, 0.5), (2, 0.8), (3, 0.8), (4, 1.0), (90, 1.0)]
)
def test_sharing_steps(consumers: int, factor: float) -> None:
    assert sharing(consumers, F) == factor


@pytest.mark.parametrize(
    ("classes", "factor"),
    [
        (Classes.NONE, 0.0),
        (Classes.READ, 0.4),
        (Classes.READ | Classes.WRITE, 0.7),
        (Classes.READ | Classes.EXTERNAL, 1.0),
        (Classes.DESTRUCTIVE, 1.0),
        (Classes.ADMIN, 1.0),
    ],
)
def test_the_strongest_class_counts(classes: Classes, factor: float) -> None:
    assert permission(classes, F) == factor


def test_other_routes() -> None:
    supply = [
        supply_chain(*facts, F) for facts in ((None, None, True), (True, False, True), (True, True, True))
    ]
    assert supply == [0.3, 0.15, 0.05]
    assert [loose_trust(one, F, A).value for one in ("any-tenant", "organisation", "exact")] == [
        0.8,
        0.3,
        0.05,
    ]
    assert [human_use(*facts, F) for facts in ((True, None), (None, True), (False, None))] == [0.2, 0.2, 0.05]
    assert control(False, "lightweight", F) == 0.5


def test_a_credential_proven_dead_is_no_way_in() -> None:
    assert stolen_credential("public", NO_END, 9, F, A, valid=False).value == 0


def test_what_nobody_said_is_assumed_and_marked() -> None:
    theft = stolen_credential(None, Lifetime(known=False), None, F, A)
    assert theft.assumed == ("exposure", "lifetime", "consumers")
    assert theft.value == near(0.2 * 0.8 * 0.5)
    misuse = hijacked_agent(None, "fixed", None, F, A)
    assert misuse.assumed == ("input", "autonomy")
    assert misuse.value == near(0.5 * 0.25 * 0.8)
