"""Words that several commands take, and how they become what the pipeline is asked."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from posture.model.errors import InputError, UsageError

if TYPE_CHECKING:
    from posture.assess import Asked

Sources = Annotated[
    list[Path] | None, typer.Argument(metavar="SOURCE...", help="Files, folders or snapshots.")
]
Homes = Annotated[list[Path] | None, typer.Option("--home", help="A home folder; repeat for several.")]
Repositories = Annotated[list[Path] | None, typer.Option("--repo", help="A repository; repeat for several.")]
AsOf = Annotated[
    str, typer.Option("--as-of", metavar="TIME", help="The moment that counts as now, in ISO 8601.")
]
CollectedAt = Annotated[
    str, typer.Option("--collected-at", metavar="TIME", help="When files that say no time were exported.")
]
SettingsFile = Annotated[Path | None, typer.Option("--settings", help="A posture.toml.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="No progress on stderr.")]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="Write the document to this file.")]
Workspace = Annotated[
    Path, typer.Option("--workspace", help="Where decisions and runs are kept.", show_default=True)
]
Author = Annotated[
    str, typer.Option("--author", envvar="POSTURE_AUTHOR", metavar="NAME", help="Who decides.")
]
DecidedAt = Annotated[
    str, typer.Option("--decided-at", metavar="TIME", help="When it was decided; now where not given.")
]

DEFAULT_WORKSPACE = Path(".posture")
DEFAULT_SETTINGS = Path("posture.toml")


def moment(text: str, option: str) -> datetime | None:
    """A time with zone, UTC where it says none; UsageError where it is no time."""
    if not text:
        return None
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{option} {text}: is no time; write it like 2026-07-01T09:00:00Z") from None
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


def now(text: str, option: str) -> datetime:
    """The time that `text` gives, else SOURCE_DATE_EPOCH, else the clock: a decision is made at some time."""
    given = moment(text, option)
    if given is not None:
        return given
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return datetime.fromtimestamp(int(epoch), UTC) if epoch.isdecimal() else datetime.now(UTC)


@contextmanager
def named() -> Iterator[None]:
    """Where the block looks up what the command line names: a name that is not there is a wrong word."""
    try:
        yield
    except InputError as error:
        raise UsageError(str(error)) from None


def person() -> str:
    """Who decides at the screen: POSTURE_AUTHOR, else who is logged in."""
    import getpass

    try:
        return os.environ.get("POSTURE_AUTHOR") or getpass.getuser()
    except (OSError, KeyError):
        return "somebody"


def asked(
    sources: list[Path] | None,
    homes: list[Path] | None = None,
    repositories: list[Path] | None = None,
    as_of: str = "",
    collected_at: str = "",
    settings: Path | None = None,
) -> Asked:
    """What the pipeline is asked; UsageError names a path that does not exist."""
    from posture.assess import Asked
    from posture.settings import DEFAULTS, read

    for path in (*(sources or ()), *(homes or ()), *(repositories or ())):
        if not path.exists():
            raise UsageError(f"{path}: does not exist; name a file, a folder or a snapshot")
    file = settings or (DEFAULT_SETTINGS if DEFAULT_SETTINGS.is_file() else None)
    own = file.resolve().parent if file else None
    return Asked(
        sources=tuple(sources or ()),
        homes=tuple(homes or ()),
        repositories=tuple(repositories or ()),
        settings=read(file) if file else DEFAULTS,
        as_of=moment(as_of, "--as-of"),
        epoch=os.environ.get("SOURCE_DATE_EPOCH"),
        collected_at=moment(collected_at, "--collected-at"),
        own_checks=_there(own, "checks"),
        own_frameworks=_there(own, "frameworks"),
    )


def _there(folder: Path | None, name: str) -> tuple[Path, ...]:
    """A company's own folder beside its posture.toml, where there is one."""
    return (folder / name,) if folder is not None and (folder / name).is_dir() else ()
