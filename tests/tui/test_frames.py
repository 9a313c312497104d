"""Keys pressed, and the screen as text against the frame kept in tests/frames.

`UPDATE_FRAMES=1 pytest tests/tui/test_frames.py` writes the frames anew; read the difference first.
"""

from __future__ import annotations

import os
from datetime import timedelta

import pytest

from posture.tui import screens
from posture.tui.desk import Run
from tests.tui import invented
from tests.tui.desks import Desk
from tests.tui.frames import GOLDEN, SIZES, frame, opened

SCREENS = [(screen.label.lower(), (screen.key,)) for screen in screens.every()]
MOMENTS = [
    ("overview-help", ("question_mark",)),
    ("overview-export", ("e", "down")),
    ("inventory-identities", ("2", "n", "j")),
    ("inventory-credentials", ("2", "n", "n")),
    ("reach-hop", ("3", "enter", "l", "l", "l", "l")),
    ("reach-conditional", ("3", "enter", "j", "l", "l", "l")),
    ("reach-delegation", ("3", "j", "j")),
    ("reach-way", ("3", "enter", "enter")),
    ("gaps-filtered", ("4", "slash", *"batch !high", "enter")),
    ("gaps-nothing-matches", ("4", "slash", *"zzz", "enter")),
    ("gaps-sorted", ("4", "s", "s")),
    ("gaps-one-cause", ("4", *"jjjjjjjj")),
    ("gaps-evidence", ("4", "enter")),
    ("gaps-unknowns", ("4", "u")),
    ("plan-last-step", ("5", *"jjjjj")),
    ("plan-evidence", ("5", "j", "j", "j", "j", "enter")),
    ("frameworks-control", ("6", "enter", "j", "j")),
    ("sources-files", ("7", "n")),
    ("sources-conflicts", ("7", "n", "n")),
]
TRIED = [
    ("overview-trend", ("t",)),
    ("plan-step-left-out", ("5", "j", "j", "space")),
    ("plan-compared", ("5", "j", "j", "space", "w")),
    ("reach-cut", ("3", "enter", "space")),
    ("gaps-decide", ("4", "d")),
    ("frameworks-answer", ("6", "enter", "a")),
]
"""What needs somebody at the desk: steps and hops tried without, decisions, answers."""


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("name", "keys"), SCREENS, ids=[name for name, _ in SCREENS])
async def test_screen(name: str, keys: tuple[str, ...], size: str) -> None:
    async with opened(invented.company(), *keys, size=SIZES[size], sample=True, export=_nowhere) as pilot:
        _same(f"{name}-{size}", frame(pilot.app))


@pytest.mark.parametrize(("name", "keys"), MOMENTS, ids=[name for name, _ in MOMENTS])
async def test_moment(name: str, keys: tuple[str, ...]) -> None:
    async with opened(invented.company(), *keys, export=_nowhere) as pilot:
        _same(name, frame(pilot.app))


@pytest.mark.parametrize(("name", "keys"), TRIED, ids=[name for name, _ in TRIED])
async def test_tried(name: str, keys: tuple[str, ...]) -> None:
    said = invented.overview()
    earlier = said.model_copy(update={"as_of": invented.AS_OF - timedelta(days=19)})
    async with opened(invented.company(), *keys, desk=Desk(before=(Run.of("run1", earlier),))) as pilot:
        _same(name, frame(pilot.app))


@pytest.mark.parametrize(("name", "keys"), SCREENS, ids=[name for name, _ in SCREENS])
async def test_empty(name: str, keys: tuple[str, ...]) -> None:
    async with opened(invented.nothing(), *keys, size=(80, 24)) as pilot:
        _same(f"{name}-empty", frame(pilot.app))


def _nowhere(format: str, path: object) -> None:
    raise AssertionError("nothing is written here")


def _same(name: str, shown: str) -> None:
    kept = GOLDEN / f"{name}.txt"
    if os.environ.get("UPDATE_FRAMES"):
        kept.write_text(shown, encoding="utf-8")
    assert shown == kept.read_text(encoding="utf-8")


def test_every_kept_frame_is_compared() -> None:
    names = {f"{name}-{size}" for name, _ in SCREENS for size in SIZES}
    names |= {name for name, _ in (*MOMENTS, *TRIED)} | {f"{name}-empty" for name, _ in SCREENS}
    assert {kept.stem for kept in GOLDEN.glob("*.txt")} == names
