"""What a first run concludes, and that each conclusion says where it comes from."""

from posture.estate.moment import moment
from tests.estate.given import Given, day


def systems(*rows: dict[str, object], declared: str = "") -> dict[str, tuple[object, ...]]:
    given = Given()
    into = given.file("aws")
    into.add("scopes", "/", key="aws:1", kind="account", provider="aws", name="acme-production")
    for row in rows:
        into.add("systems", "/", scope="aws:1", **row)
    if declared:
        given.declared(declared)
    found = given.built().estate["systems"]
    return {
        row[0]: row[1:]
        for row in found.select(
            "key", "criticality", "criticality_basis", "environment", "environment_basis"
        ).iter_rows()
    }


def test_criticality_comes_from_the_kind_and_is_one_lower_outside_production() -> None:
    found = systems({"key": "a", "kind": "bucket"}, {"key": "b", "kind": "bucket", "name": "data-dev"})
    assert found == {"a": (3, "kind", "production", "name"), "b": (2, "kind", "development", "name")}


def test_a_kind_that_nobody_knows_is_assumed() -> None:
    assert systems({"key": "a", "kind": "gadget"})["a"][:2] == (2, "assumed")


def test_a_declaration_is_left_alone() -> None:
    found = systems({"key": "a", "kind": "bucket"}, declared='[[systems]]\nkey = "a"\ncriticality = 5\n')
    assert found["a"][:2] == (5, "declared")


def test_words_are_whole_words() -> None:
    assert systems({"key": "a", "kind": "bucket", "name": "devotion"})["a"][2:] == ("production", "name")


def identity(**row: object) -> tuple[object, object]:
    given = Given()
    into = given.file("aws")
    keyed = row.pop("keyed", False)
    into.add("identities", "/", key="i", **row)
    if keyed:
        into.add("links", "/", kind="authenticates", from_="AKIAEXAMPLE", to="i")
    return given.built().estate["identities"].select("class", "class_basis").row(0)


def test_class_follows_from_what_may_become_it() -> None:
    assert identity(kind="role", trusted_service="lambda.amazonaws.com") == ("workload", "kind")
    assert identity(kind="role", trusted_service="bedrock.amazonaws.com") == ("agent", "kind")
    assert identity(kind="pipeline") == ("pipeline", "kind")
    assert identity(kind="external") == ("vendor", "kind")
    assert identity(kind="role") == ("workload", "assumed")


def test_a_password_and_nothing_else_is_a_person() -> None:
    assert identity(kind="user", interactive=True) == ("human", "kind")
    assert identity(kind="user", interactive=True, keyed=True) == ("workload", "assumed")


def test_an_owner_that_nothing_names_stays_unknown() -> None:
    given = Given()
    given.file("aws").add("identities", "/", key="i", kind="role")
    assert given.built().estate["identities"].select("owner", "has_owner").row(0) == (None, None)


def test_the_ground_of_an_exception_is_why_a_credential_is_not_renewed_like_others() -> None:
    given = Given()
    into = given.file("aws")
    for key in ("old-machine", "plain", "stated"):
        into.add("credentials", "/", key=key, kind="api-key")
    given.declared(
        "".join(
            f'[[decisions]]\nsubject = "{key}"\nkind = "exception"\n{ground}'
            for key, ground in (
                ("old-machine", 'ground = "legacy"\n'),
                ("plain", ""),
                ("stated", 'ground = "batch"\n'),
            )
        )
        + '[[credentials]]\nkey = "stated"\ncannot_refresh = false\n'
    )
    found = given.built().estate["credentials"].select("key", "cannot_refresh", "cannot_refresh_basis")
    assert {row[0]: row[1:] for row in found.iter_rows()} == {
        "old-machine": (True, "declared"),
        "plain": (None, None),
        "stated": (False, "declared"),
    }


def test_the_moment_is_the_option_then_the_epoch_then_the_newest_collection_then_a_bound() -> None:
    given = Given()
    given.file("aws", collected=day(3)).add("credentials", "/", key="k", created=day(1), expires=day(29))
    tables = given.built().estate.tables
    assert (moment(day(9), "0", tables).time, moment(day(9), "0", tables).basis) == (day(9), "option")
    assert moment(None, "1000000000", tables).basis == "SOURCE_DATE_EPOCH"
    newest = moment(None, None, tables)
    assert (newest.time, newest.basis, newest.bound) == (day(3), "newest collection", False)
    undated = Given()
    undated.file("aws").add("credentials", "/", key="k", created=day(1), expires=day(29))
    bound = moment(None, None, undated.built(None).estate.tables)
    assert (bound.time, bound.bound) == (day(1), True)
