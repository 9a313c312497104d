"""Declared facts: by key, by pattern, and every mistake with its line."""

from tests.estate.given import Given


def problems(text: str) -> list[tuple[str, str]]:
    given = Given()
    given.declared(text)
    built = given.built()
    said = built.estate["coverage"].select("at", "why").sort("at").rows()
    return [(str(at), str(why)) for at, why in said]


def test_a_pattern_reaches_every_key_that_it_matches() -> None:
    given = Given()
    rows = given.file("aws")
    for name in ("ledger-a", "ledger-b", "other"):
        rows.add("systems", "/", key=f"arn:aws:s3:::{name}", kind="bucket")
    given.declared('[[systems]]\nmatch = "arn:aws:s3:::ledger-*"\ncriticality = 5\n')
    found = dict(given.built().estate["systems"].select("key", "criticality").iter_rows())
    assert found == {"arn:aws:s3:::ledger-a": 5, "arn:aws:s3:::ledger-b": 5, "arn:aws:s3:::other": 3}


def test_a_key_that_no_source_knows_becomes_a_row() -> None:
    given = Given()
    given.declared('[[agents]]\nkey = "agent:support-bot"\nautonomy = "autonomous"\n')
    row = given.built().estate["agents"].select("key", "autonomy", "autonomy_basis", "source").row(0)
    assert row == ("agent:support-bot", "autonomous", "declared", "declared")


def test_known_to_be_none_can_be_declared() -> None:
    given = Given()
    given.declared('[[agents]]\nkey = "agent:x"\nhas_owner = false\n')
    assert given.built().estate["agents"].select("owner", "has_owner", "owner_basis").row(0) == (
        None,
        False,
        "declared",
    )


def test_an_unknown_column_is_told_with_its_line() -> None:
    assert problems('\n[[agents]]\nkey = "a"\nautonomyy = "x"\n') == [
        ("line 2", "agents has no column autonomyy; `posture schema` lists them")
    ]


def test_a_value_that_is_not_allowed_is_told() -> None:
    ((line, why),) = problems('[[agents]]\nkey = "a"\nautonomy = "sometimes"\n')
    assert line == "line 1"
    assert why.startswith("agents.autonomy: input should be 'autonomous', 'semi' or 'approved'")


def test_an_unknown_table_is_told() -> None:
    assert problems('[[agentz]]\nkey = "a"\n') == [("line 1", "there is no table agentz")]


def test_a_pattern_that_matches_nothing_is_told() -> None:
    assert problems('[[systems]]\nmatch = "arn:nothing*"\ncriticality = 1\n') == [
        ("line 1", "systems: no key matches arn:nothing*; check the pattern")
    ]


def test_neither_key_nor_pattern_is_told_and_the_rest_is_kept() -> None:
    given = Given()
    given.declared('[[agents]]\nowner = "x"\n[[agents]]\nkey = "b"\n')
    estate = given.built().estate
    assert estate["agents"]["key"].to_list() == ["b"]
    assert estate["coverage"]["why"].to_list() == ["an entry of agents needs either key or match"]


def test_a_row_without_a_key_needs_all_that_makes_it_one() -> None:
    assert problems('[[coverage]]\nstate = "partial"\n') == [
        ("line 1", "an entry of coverage needs scope, table; `posture schema` lists the columns")
    ]
    assert problems('[[links]]\nkind = "holds"\nfrom = "agent:a"\nto = "credential:c"\n') == []
