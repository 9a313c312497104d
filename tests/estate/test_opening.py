"""A credential that opens a system lets its holder read there, and do what its own tool does."""

import polars as pl

from tests.estate.given import Given

READ, WRITE = 1, 2


def opened(effects: int | None) -> list[tuple[int, bool]]:
    given = Given()
    rows = given.file("mcp")
    rows.add("tools", "/0", key="tool:a/crm", effects=effects)
    rows.add("credentials", "/0", key="secret:a#/t")
    rows.add("systems", "/0", key="saas:crm", kind="saas")
    rows.add("links", "/0", kind="holds", from_="tool:a/crm", to="secret:a#/t")
    rows.add("links", "/0", kind="calls", from_="tool:a/crm", to="saas:crm")
    rows.add("links", "/0", kind="opens", from_="secret:a#/t", to="saas:crm")
    links = given.built().estate["links"].filter(pl.col("kind") == "opens")
    return links.select("classes", "certain").sort("certain", descending=True).rows()


def test_what_the_tool_does_its_token_allows() -> None:
    assert opened(READ | WRITE) == [(READ | WRITE, True), (31, False)]


def test_of_an_unknown_tool_reading_is_certain() -> None:
    assert opened(None) == [(READ, True), (31, False)]


def test_classes_that_are_known_stay() -> None:
    given = Given()
    rows = given.file("mcp")
    rows.add("links", "/0", kind="opens", from_="secret:a#/t", to="saas:crm", classes=WRITE)
    links = given.built().estate["links"].filter(pl.col("kind") == "opens")
    assert links.select("classes", "certain").rows() == [(WRITE, True)]
