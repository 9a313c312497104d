"""What a source is: a declaration, a claim on files, and one pure function from a page to rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cached_property
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct, field

from posture.model.errors import Unreadable
from posture.model.tables import TABLES
from posture.settings import Settings

if TYPE_CHECKING:
    import polars as pl

_SETTLED = 10_000
_KEPT = frozenset({"coverage", "scopes"})
"""Small tables that are looked at again while files are being read."""


def called(service: str, operation: str) -> str:
    """How a manifest names the operation of a service: `iam:ListUsers`."""
    return f"{service}:{''.join(part.capitalize() for part in operation.split('_'))}"


class Call(Struct, frozen=True):
    """One read-only call that a collector runs; the permissions policy is made from these."""

    service: str
    """SDK client, such as `iam`."""
    operation: str
    """In the SDK's own spelling, such as `get_account_authorization_details`."""
    permissions: tuple[str, ...]
    """Exact read permissions that it needs."""
    file: str
    """Where in the snapshot its answer lands, below the scope's folder."""
    each: str = ""
    """For a call per item of another call's answers: `service:operation:/pointer/to/*`."""
    takes: Mapping[str, str] = field(default_factory=dict)
    """Which argument takes what of the item: a pointer below it, empty for the item itself, or `request/NAME`
    for what the other call was asked with."""
    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """For items of which some need no asking: which values at a pointer do."""
    batch: int = 0
    """For a call that takes a list of items: how many at once; `takes` then has one entry."""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    regional: bool = False
    job: str = ""
    """Operation of the same service that makes the report which this call then fetches."""
    hands: str = ""
    """Field of the job's answer that this call takes, in place of the arguments, which the job takes."""
    none: tuple[str, ...] = ()
    """Error codes that say that there is none, which is an answer and no refusal."""
    masks: tuple[str, ...] = ()
    """JSON pointers, `*` for every entry, of values that are masked before the answer is written."""

    @property
    def name(self) -> str:
        """How the manifest names the operation."""
        return called(self.service, self.operation)


class Source(Struct, frozen=True):
    """The declaration of a source; `posture sources` prints it."""

    id: str
    title: str
    feeds: tuple[str, ...]
    """Tables it gives rows to."""
    by_hand: str
    """The command that exports it without us, or where the file lies."""
    blind: str
    """What stays unseen without it."""
    provider: str = "local"
    calls: tuple[Call, ...] = ()
    needs: tuple[str, ...] = ()
    """Tables that an account of this provider lacks while this source was not read."""
    ends: tuple[str, ...] = ()
    """How the name of a file of its own ends, in lower case; empty where the name says nothing."""
    opens: bytes = b""
    """Characters of which one opens every page of its own; empty where any may."""
    rank: int = 50
    """Lower claims first: a path that only one client writes before a shape that several share."""


class Rows:
    """Rows as the sources give them, by table; nothing is merged yet."""

    __slots__ = ("_page", "_source", "fingerprints", "settled", "tables")

    def __init__(self) -> None:
        self.tables: dict[str, list[dict[str, Any]]] = {}
        self.settled: dict[str, list[pl.DataFrame]] = {}
        """Rows that were packed by `settle`; `frame` gives them together with those of `tables`."""
        self.fingerprints: dict[str, str] = {}
        """Key of a credential to the keyed fingerprint of its value: in memory only, never a column."""
        self._source = ""
        self._page: Page | None = None

    def reading(self, source: str, page: Page) -> None:
        """From here on rows come from `page`, read by `source`."""
        self._source, self._page = source, page

    def add(self, table: str, at: str = "", /, **columns: Any) -> None:
        """One row of `table`, found at `at` (a JSON pointer or `line N`) in the page.

        `from_` and `class_` stand for the columns `from` and `class`. Provenance is filled in here.
        """
        for word in ("from", "class"):
            if f"{word}_" in columns:
                columns[word] = columns.pop(f"{word}_")
        page = self._page
        columns["source"] = self._source
        columns["at"] = at
        if page is not None:
            columns["file"] = page.label
            columns["collected_at"] = page.collected_at
        self.tables.setdefault(table, []).append(columns)

    def declare(
        self, table: str, at: str, columns: Mapping[str, Any], key: str = "", match: str = ""
    ) -> None:
        """What a person states of the row `key`, or of every row of `table` whose key matches `match`."""
        self.add("declarations", at, table=table, key=key, match=match, columns=dict(columns))

    def settle(self, least: int = _SETTLED) -> None:
        """Packs tables of at least `least` rows, which then take about a third of the memory."""
        for name, rows in self.tables.items():
            if len(rows) >= least and name in TABLES and name not in _KEPT:
                from posture.model.frames import frame

                self.settled.setdefault(name, []).append(frame(name, rows))
                rows.clear()

    def frame(self, name: str) -> pl.DataFrame:
        """Every row of the table `name`, in the order in which they were added."""
        import polars as pl

        from posture.model.frames import frame

        parts: list[pl.DataFrame] = [*self.settled.get(name, ()), frame(name, self.tables.get(name, ()))]
        return pl.concat(parts)

    def forget(self) -> None:
        """Lets go of all rows, once tables were made of them."""
        self.tables.clear()
        self.settled.clear()

    def covered(
        self,
        scope: str,
        *tables: str,
        state: Literal["complete", "partial", "unread"] = "complete",
        why: str = "",
        would_help: str = "",
    ) -> None:
        """Says how much of `tables` in `scope` this page held."""
        for table in tables:
            self.add(
                "coverage",
                scope=scope,
                table=table,
                state=state,
                why=why or None,
                would_help=would_help or None,
            )

    def problem(self, scope: str, table: str, at: str, why: str, would_help: str = "") -> None:
        """One entry could not be read; its siblings are kept."""
        self.add(
            "coverage", at, scope=scope, table=table, state="partial", why=why, would_help=would_help or None
        )


class Place(Struct):
    """Where files lie: a home folder, a repository, a snapshot or just a folder."""

    root: str
    """ROOT: the last folder name, lengthened leftwards until unique among the roots of this run."""
    kind: Literal["home", "repository", "snapshot", "folder"] = "folder"
    tracked: frozenset[str] | None = None
    """For a repository: paths that git tracks; null where nobody can say."""
    manifest: Mapping[str, Any] | None = None
    """For a snapshot: its manifest.json."""
    above: tuple[str, ...] = ()
    """Names of the folders above it, nearest last: an export may lie below a folder named for its account."""
    _entries: dict[str, Mapping[str, Any]] | None = None

    def entries(self) -> Mapping[str, Mapping[str, Any]]:
        """What the manifest says of each file, by its path in the place."""
        if self._entries is None:
            files = (self.manifest or {}).get("files")
            self._entries = {
                entry["path"]: entry
                for entry in (files if isinstance(files, list) else ())
                if isinstance(entry, Mapping) and isinstance(entry.get("path"), str)
            }
        return self._entries


class Page:
    """One file as found: label, bytes, and its parsed forms when somebody asks for them."""

    def __init__(
        self,
        place: Place,
        path: PurePosixPath,
        data: bytes,
        settings: Settings,
        collected_at: datetime | None = None,
        fingerprint: Callable[[str], str] | None = None,
        label: str = "",
    ) -> None:
        self.place = place
        self.path = path
        """Relative to the place's root."""
        self.data = data
        self.settings = settings
        self.collected_at = collected_at
        self.fingerprint = fingerprint or (lambda _value: "")
        """Tells equal secret values apart, in memory only; what it returns is never a column."""
        self.label = label or (f"{place.root}/{path}" if place.root else str(path))
        self.problems: list[tuple[str, str]] = []
        """(place, reason) of entries that a reader set aside, besides what it said through Rows."""
        self.stopped = ""
        """Where and why reading ended before the end of the file; empty where it did not."""

    @property
    def root(self) -> str:
        """ROOT of the keys made from this page."""
        return self.place.root

    @cached_property
    def head(self) -> bytes:
        """The first four KiB as UTF-8, enough to recognise a shape."""
        head = self.data[:4096]
        if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return head.decode("utf-16", "ignore").encode("utf-8", "ignore")
        return head.removeprefix(b"\xef\xbb\xbf")

    @cached_property
    def opening(self) -> bytes:
        """The first character that is no blank: most sources only look further where it opens JSON."""
        return self.head.lstrip()[:1]

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """Path parts in lower case."""
        return tuple(part.lower() for part in self.path.parts)

    def ends(self, *tails: str) -> bool:
        """Whether the path ends in one of `tails`, such as `.cursor/mcp.json`, ignoring case."""
        whole = "/" + "/".join(self.parts)
        return any(whole.endswith("/" + tail.lower()) for tail in tails)

    @cached_property
    def text(self) -> str:
        """The page as text: UTF-8 with or without a byte order mark, or UTF-16 with one."""
        encoding = "utf-16" if self.data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
        try:
            return self.data.decode(encoding)
        except UnicodeDecodeError as error:
            raise Unreadable(
                f"is not {encoding.upper().removesuffix('-SIG')} from byte {error.start} on; save it as UTF-8"
            ) from None
