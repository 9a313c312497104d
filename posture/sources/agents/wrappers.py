"""Tells the program that a command line is about from what only prepares it: shells, sudo, env, vaults."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import PurePosixPath

from msgspec import Struct

Word = tuple[int, str]
"""A word and the argument that it stands in; -1: the command itself."""

_DEEPEST = 12
_LONGEST = 20_000
"""Characters of a line that are parted into words, a character at a time."""
_SHELLS = frozenset({"sh", "bash", "zsh", "dash", "fish", "ksh", "ash", "cmd", "powershell", "pwsh"})
_RUNS_STRING = re.compile(r"(?i)-[a-z]{0,4}c|/c|/k|-command|-commandwithargs")
_ASSIGNED = re.compile(r"[A-Za-z_]\w*=")
_PREPARES = frozenset(
    {
        "cd", "export", "source", ".", "set", "true", "echo", "[", "test", "ulimit", "umask", "printf",
        "sleep", "nvm", "pyenv", "eval", "unset", "mkdir", "pushd", "chcp", "@echo", "import-module",
    }
)  # fmt: skip
_BETWEEN = frozenset({"&&", "||", ";", "&", "|"})


class _Wrapper(Struct, frozen=True):
    """How a program that starts another one is called."""

    words: tuple[str, ...] = ()
    """Subcommands of which one comes first, such as `run`; with an empty one among them none need come."""
    valued: frozenset[str] = frozenset()
    """Options of its own that take the next word."""
    skips: int = 0
    """Words of its own after the options, such as a profile or a duration."""
    string: frozenset[str] = frozenset()
    """Options whose value is a command line."""
    profile: bool = False
    """Whether what it skips is a profile of AWS."""


def _wrapper(
    valued: str = "", skips: int = 0, words: str = "", string: str = "", profile: bool = False
) -> _Wrapper:
    return _Wrapper(
        tuple(words.split()), frozenset(valued.split()), skips, frozenset(string.split()), profile
    )


_WRAPPERS: Mapping[str, _Wrapper] = {
    "sudo": _wrapper("-u -g -h -p -C -r -t -T -U -D -R --user --group --host --prompt --chdir --chroot"),
    "doas": _wrapper("-u -C"),
    "env": _wrapper("-u --unset -C --chdir", string="-S --split-string"),
    "nohup": _wrapper(),
    "setsid": _wrapper(),
    "command": _wrapper(),
    "exec": _wrapper("-a"),
    "nice": _wrapper("-n --adjustment"),
    "ionice": _wrapper("-c -n -p"),
    "time": _wrapper("-f -o"),
    "timeout": _wrapper("-s -k --signal --kill-after", skips=1),
    "stdbuf": _wrapper("-i -o -e"),
    "caffeinate": _wrapper("-t -w"),
    "firejail": _wrapper(),
    "call": _wrapper(),
    "winpty": _wrapper(),
    "wsl": _wrapper("-d --distribution -u --user --cd --shell-type"),
    "op": _wrapper("--env-file --account --config --session --cache", words="run"),
    "doppler": _wrapper(
        "-p --project -c --config --token -t --scope --mount --mount-format --mount-template",
        words="run", string="--command",
    ),
    "aws-vault": _wrapper(
        "-d --duration -t --mfa-token --region --backend --prompt --assume-role-ttl --keychain",
        skips=1, words="exec", profile=True,
    ),
    "aws-okta": _wrapper("-t --assume-role-ttl --session-ttl", skips=1, words="exec", profile=True),
    "chamber": _wrapper("-b --backend -r --retries", skips=1, words="exec"),
    "infisical": _wrapper("--env --path --projectId --token --domain", words="run", string="--command -c"),
    "dotenvx": _wrapper("-f --env-file -e --env", words="run"),
    "dotenv": _Wrapper(("run", ""), frozenset(("-f", "-e", "-c", "--file"))),
    "teller": _wrapper("-c --config", words="run"),
    "secretspec": _wrapper("-p --profile --provider", words="run"),
    "berglas": _wrapper(words="exec"),
    "vals": _wrapper("-f", words="exec"),
    "sops": _wrapper(skips=1, words="exec-env"),
    "envchain": _wrapper(skips=1),
    "envdir": _wrapper(skips=1),
    "direnv": _wrapper(skips=1, words="exec"),
    "mise": _wrapper("-C --cd -E --env", words="exec x"),
    "rtx": _wrapper("-C --cd", words="exec x"),
    "asdf": _wrapper(words="exec"),
    "fnm": _wrapper("--using", words="exec"),
    "volta": _wrapper("--node --npm --pnpm --yarn", words="run"),
    "nvm": _wrapper(skips=1, words="exec run"),
    "poetry": _wrapper("-C --directory", words="run"),
    "pipenv": _wrapper(words="run"),
    "pdm": _wrapper("-p --project", words="run"),
    "hatch": _wrapper("-e --env", words="run"),
    "rye": _wrapper(words="run"),
    "conda": _wrapper("-n --name -p --prefix --cwd", words="run"),
    "mamba": _wrapper("-n --name -p --prefix --cwd", words="run"),
    "micromamba": _wrapper("-n --name -p --prefix", words="run"),
    "nix": _wrapper(skips=1, words="develop shell", string="-c --command"),
}  # fmt: skip


class Unwrapped(Struct, frozen=True):
    """The program and its arguments, each with its place, and what the wrappers said of it."""

    command: str
    words: tuple[Word, ...]
    profile: Word | None = None
    """A profile of AWS in which one of them runs it."""


def unwrapped(command: str, args: Sequence[object]) -> Unwrapped:
    """What `command` with `args` is about."""
    words: list[Word] = [(-1, command), *((n, str(word)) for n, word in enumerate(args))]
    # A command line written as one string, as some editors allow.
    if " " in command.strip() and not args:
        words = _split(-1, command)
    profile: Word | None = None
    for _ in range(_DEEPEST):
        words = _without_assignments(words)
        if not words:
            return Unwrapped("", (), profile)
        name = program(words[0][1])
        inner = _of_shell(name, words[1:]) if name in _SHELLS else None
        if inner is None and name in _WRAPPERS:
            inner, named = _of_wrapper(_WRAPPERS[name], words[1:])
            profile = profile or named
        if inner is None:
            break
        words = inner
    return Unwrapped(words[0][1], tuple(words[1:]), profile)


def program(command: str) -> str:
    """The name of a program without its folder and the ending of its file."""
    name = PurePosixPath(command.replace("\\", "/")).name.lower()
    return name.removesuffix(".exe").removesuffix(".cmd").removesuffix(".bat").removesuffix(".ps1")


def _without_assignments(words: list[Word]) -> list[Word]:
    n = 0
    while n < len(words) and _ASSIGNED.match(words[n][1]):
        n += 1
    return words[n:]


def _of_shell(name: str, words: list[Word]) -> list[Word] | None:
    """What a shell is told to run; none where it runs a file or waits for input."""
    at = next((n for n, (_, word) in enumerate(words) if _RUNS_STRING.fullmatch(word)), None)
    if at is None or at + 1 >= len(words):
        return None
    before = ["", *(word for _, word in words[:at])]
    marks = ("-", "/") if name == "cmd" else ("-",)
    if not all(word.startswith(marks) or last.startswith("-") for last, word in pairwise(before)):
        return None
    place, text = words[at + 1]
    # cmd joins its arguments to one line; the other shells take one string, and what follows are its own.
    rest = words[at + 2 :] if name in ("cmd", "powershell", "pwsh") else []
    return _about([*_split(place, text), *rest])


def _about(words: list[Word]) -> list[Word]:
    """Of a line of several commands the first that does more than prepare the next."""
    parts: list[list[Word]] = [[]]
    for place, word in words:
        if word in _BETWEEN:
            parts.append([])
        elif word.endswith(";") and len(word) > 1:
            parts[-1].append((place, word[:-1]))
            parts.append([])
        else:
            parts[-1].append((place, word))
    told = [part for part in map(_without_assignments, parts) if part]
    return next((part for part in told if program(part[0][1]) not in _PREPARES), told[0] if told else [])


def _split(place: int, text: str) -> list[Word]:
    """The words of a line as a shell parts them; where it holds paths of Windows, a backslash stays one."""
    text = text[:_LONGEST]
    windows = "\\" in text
    try:
        words = shlex.split(text, posix=not windows)
    except ValueError:
        words = text.split()
    return [(place, word.strip("\"'") if windows else word) for word in words]


def _of_wrapper(wrapper: _Wrapper, words: list[Word]) -> tuple[list[Word] | None, Word | None]:
    """What the wrapper starts, and the profile in which it does."""
    words, line = _own(wrapper, words)
    if line is None and wrapper.words:
        if words and words[0][1] in wrapper.words:
            words = words[1:]
        elif "" not in wrapper.words:
            return None, None
        words, line = _own(wrapper, words)
    skipped: list[Word] = []
    if line is None:
        skipped, words = words[: wrapper.skips], words[wrapper.skips :]
        words, line = _own(wrapper, words)
    profile = skipped[0] if wrapper.profile and skipped else None
    if line is not None:
        return _about(line), profile
    if wrapper.words:
        # Whatever such a program takes besides, what it starts follows two dashes.
        dashes = next((n for n, (_, word) in enumerate(words) if word == "--"), -1)
        words = words[dashes + 1 :]
    if len(words) == 1 and " " in words[0][1]:
        return _about(_split(*words[0])), profile
    return (words or None), profile


def _own(wrapper: _Wrapper, words: list[Word]) -> tuple[list[Word], list[Word] | None]:
    """`words` after the options of the wrapper, and the command line that one of them holds."""
    n = 0
    while n < len(words):
        word = words[n][1]
        name, equals, given = word.partition("=")
        if word == "--":
            return words[n + 1 :], None
        if name in wrapper.string and (equals or n + 1 < len(words)):
            line = [(words[n][0], given)] if equals else [words[n + 1]]
            return [], [*_split(*line[0]), *words[n + (1 if equals else 2) :]]
        if not word.startswith("-") and not _ASSIGNED.match(word):
            break
        n += 2 if word in wrapper.valued else 1
    return words[n:], None
