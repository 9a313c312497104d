"""Rows with one key become one: whose word counts, and what the sources disagreed on."""

from datetime import datetime

import polars as pl

from tests.estate.given import Given, day


def one(given: Given, table: str, *columns: str) -> tuple[object, ...]:
    rows = given.built().estate[table].select(columns)
    assert len(rows) == 1
    return rows.row(0)


def credential(given: Given, source: str, collected: datetime | None, **facts: object) -> None:
    given.file(source, f"{source}.json", collected).add("credentials", "/0", key="AKIAEXAMPLE", **facts)


def test_the_freshest_observation_wins_for_facts_of_systems() -> None:
    given = Given()
    credential(given, "report", day(2), last_used=day(1), enabled=True)
    credential(given, "scanner", day(9), enabled=False)
    assert one(given, "credentials", "enabled", "last_used", "source") == (False, day(1), "scanner")


def test_known_to_be_none_is_an_observation_too() -> None:
    given = Given()
    credential(given, "old", day(2), expires=day(20))
    credential(given, "new", day(9), has_expires=False)
    assert one(given, "credentials", "expires", "has_expires") == (None, False)


def test_not_knowing_overrides_nothing() -> None:
    given = Given()
    credential(given, "old", day(2), expires=day(20))
    credential(given, "new", day(9), enabled=True)
    assert one(given, "credentials", "expires", "has_expires") == (day(20), True)


def test_a_declaration_wins_for_facts_of_people_and_loses_for_facts_of_systems() -> None:
    given = Given()
    rows = given.file("aws-iam", collected=day(2))
    rows.add(
        "identities", "/0", key="arn:role/x", owner="tagged", owner_basis="tag", enabled=True, kind="role"
    )
    given.declared('[[identities]]\nkey = "arn:role/x"\nowner = "ledger team"\nenabled = false\n')
    assert one(given, "identities", "owner", "owner_basis", "enabled") == ("ledger team", "declared", True)


def test_conflicts_name_both_sides_and_mark_what_looks_better_than_it_was_seen() -> None:
    given = Given()
    rows = given.file("aws", "buckets.json", day(2))
    rows.add("systems", "/0", key="b", kind="bucket", criticality=5, criticality_basis="tag")
    given.declared('[[systems]]\nkey = "b"\ncriticality = 2\n')
    conflicts = given.built().conflicts.select("table", "key", "column", "kept", "other", "lowers_risk")
    assert conflicts.rows() == [("systems", "b", "criticality", "2", "5", True)]


def test_every_place_of_a_merged_row_is_kept() -> None:
    given = Given()
    credential(given, "report", day(2), enabled=True)
    credential(given, "scanner", day(9), enabled=True)
    built = given.built()
    assert built.provenance.select("source", "file").sort("source").rows() == [
        ("report", "given/report.json"),
        ("scanner", "given/scanner.json"),
    ]
    assert built.conflicts.is_empty()


def test_the_order_of_files_changes_nothing() -> None:
    there, back = Given(), Given()
    files = [("one", day(2)), ("two", day(2)), ("three", None)]
    for source, when in files:
        credential(there, source, when, rotation_policy=source)
    for source, when in reversed(files):
        credential(back, source, when, rotation_policy=source)
    left, right = there.built().estate, back.built().estate
    assert all(left[name].equals(right[name]) for name in left.tables)
    assert left["credentials"]["rotation_policy"].to_list() == ["one"]


def test_aliases_are_one_node() -> None:
    given = Given()
    rows = given.file("report", collected=day(2))
    rows.add("credentials", "/0", key="arn:user/a#access_key_1", enabled=True)
    rows.add("links", "/0", kind="authenticates", from_="arn:user/a#access_key_1", to="arn:user/a")
    rows.add("aliases", "/0", key="AKIAEXAMPLE", alias="arn:user/a#access_key_1")
    estate = given.built().estate
    assert estate["credentials"]["key"].to_list() == ["AKIAEXAMPLE"]
    assert estate["links"]["from"].to_list() == ["AKIAEXAMPLE"]


def test_equal_values_are_one_group_of_places() -> None:
    given = Given()
    rows = given.file("mcp")
    for key in ("secret:b#/1", "secret:a#/1", "secret:c#/1"):
        rows.add("credentials", "/", key=key)
    rows.fingerprints.update({"secret:b#/1": "same", "secret:a#/1": "same", "secret:c#/1": "other"})
    groups = dict(given.built().estate["credentials"].select("key", "same_value_as").iter_rows())
    assert groups == {"secret:a#/1": "secret:a#/1", "secret:b#/1": "secret:a#/1", "secret:c#/1": None}


def test_hostile_names_lose_their_teeth() -> None:
    given = Given()
    given.file("aws").add("systems", "/0", key="b\x1b[31m", kind="bucket", name="a\u202eb")
    row = given.built().estate["systems"].select("key", "name").row(0)
    assert row == ("b␛[31m", "a⟨202E⟩b")
    assert not given.built().estate["systems"].select(pl.col("key").str.contains("\x1b").any()).item()


def test_a_declared_name_wins() -> None:
    given = Given()
    given.file("cursor").add("agents", "/0", key="agent:a/cursor", name="cursor")
    given.declared('[[agents]]\nkey = "agent:a/cursor"\nname = "dispatch planner"\n')
    assert one(given, "agents", "name") == ("dispatch planner",)


def test_a_declared_fact_lies_on_the_link_that_was_seen() -> None:
    given = Given()
    rows = given.file("claude")
    rows.add("links", "/0", kind="delegates", from_="agent:a", to="agent:b", because="a file")
    given.declared(
        '[[links]]\nkind = "delegates"\nfrom = "agent:a"\nto = "agent:b"\n'
        "authenticated = true\nhas_logged = false\n"
        '[[links]]\nkind = "delegates"\nfrom = "agent:a"\nto = "agent:c"\n'
    )
    links = (
        given.built()
        .estate["links"]
        .select("to", "authenticated", "has_logged", "because", "source")
        .sort("to")
    )
    assert links.rows() == [
        ("agent:b", True, False, "a file", "claude"),
        ("agent:c", None, None, None, "declared"),
    ]
