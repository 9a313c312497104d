"""What a command line starts: which package or image in which version, or a bridge to a remote end."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from posture.sources.agents.wrappers import Word, program, unwrapped

Pin = Literal["exact", "floating", "none"]


class Launch(Struct, frozen=True):
    """Empty where a part is not known; the command is never run."""

    package: str = ""
    version: str = ""
    pin: Pin | None = None
    digest: str = ""
    registry: Literal["", "npm", "pypi", "oci", "module", "script", "binary"] = ""
    bridge: bool = False
    """Whether it only passes messages on to a remote server."""
    passed: tuple[tuple[int, str], ...] = ()
    """Places in the arguments and names of variables that a container is handed; -1: in the command."""
    contained: bool = False
    """Whether it runs in a container."""
    profile: Word | None = None
    """The profile of AWS in which a vault starts it, and where that stands."""


BRIDGES = frozenset({"mcp-remote", "supergateway", "mcp-proxy", "@modelcontextprotocol/mcp-remote"})

_EXACT_NPM = re.compile(r"v?\d+\.\d+\.\d+(?:[-+][\w.+-]+)?|\d{4}\.\d+\.\d+")
_EXACT_TAG = re.compile(r"v?\d+(?:\.\d+)+(?:[-.+_][\w.]+)*")
_PYTHON = re.compile(r"(?P<name>[A-Za-z0-9][\w.-]*)(?:\[[\w,\s-]*\])?\s*(?P<rest>.*)", re.S)
_NPM_RUNNERS = frozenset({"npx", "bunx", "pnpx"})
_PYPI_RUNNERS = frozenset({"uvx", "pipx"})
_CONTAINERS = frozenset({"docker", "podman", "nerdctl", "finch"})
_VALUED = {
    "npm": frozenset({"-c", "--call", "--registry", "--cache", "--node-options", "-w", "--workspace"}),
    "pypi": frozenset(
        {
            "--python",
            "-p",
            "--with",
            "--index-url",
            "--extra-index-url",
            "--index",
            "--refresh-package",
            "--directory",
            "--project",
            "--pip-args",
            "--with-editable",
            "--env-file",
        }
    ),
}
_CONTAINER_VALUED = frozenset(
    {
        "-e", "--env", "-v", "--volume", "--mount", "--name", "--network", "--net", "-p", "--publish", "-w",
        "--workdir", "-u", "--user", "--entrypoint", "--env-file", "-l", "--label", "--platform", "-m",
        "--memory", "--cpus", "--add-host", "-h", "--hostname", "--pull", "--security-opt", "--cap-drop",
        "--cap-add", "--tmpfs", "--ulimit", "--restart", "--log-driver", "--dns", "--gpus", "--ipc", "--pid",
        "--runtime", "--shm-size", "--userns", "--device", "--expose", "--link", "--stop-timeout", "-a",
    }
)  # fmt: skip


def launched(command: str, args: Sequence[object]) -> Launch:
    """What `command` with `args` would start, behind shells and programs that only prepare it."""
    found = unwrapped(command, args)
    words = [word for _, word in found.words]
    made = _launched(program(found.command), found.command, words)
    # Places are those of the arguments, whatever stands in front; all of one string stands at that string.
    passed = tuple((found.words[n][0], variable) for n, variable in made.passed)
    return replace(made, passed=passed, profile=found.profile)


def _launched(name: str, command: str, words: list[str]) -> Launch:
    if name in _NPM_RUNNERS:
        return _npm(words)
    if name in ("npm", "pnpm", "yarn", "bun") and words[:1] and words[0] in ("exec", "x", "dlx"):
        return _npm(words[1:])
    if name in _PYPI_RUNNERS:
        return _pypi(words[1:] if name == "pipx" and words[:1] == ["run"] else words)
    if name == "uv":
        words = _after_options(words, _VALUED["pypi"])
        if words[:2] == ["tool", "run"]:
            return _pypi(words[2:])
        if words[:1] == ["run"]:
            return _interpreted(_after_options(words[1:], _VALUED["pypi"]), nested=True)
    if name in _CONTAINERS and "run" in words:
        begin = words.index("run") + 1
        return _image(words[begin:], begin)
    if re.fullmatch(r"python[\d.]*|py", name):
        return _interpreted([name, *words])
    if name in ("node", "deno", "ts-node", "tsx", "ruby", "java", "php", "bash", "sh", "go", "dotnet"):
        return _script(words)
    if not name:
        return Launch()
    bridge = name in BRIDGES
    return Launch(registry="script" if "/" in command or "\\" in command else "binary", bridge=bridge)


def _after_options(words: list[str], valued: frozenset[str]) -> list[str]:
    """`words` from the first that is no option of the runner itself."""
    n = 0
    while n < len(words) and words[n].startswith("-"):
        n += 2 if words[n] in valued else 1
    return words[n:]


def _npm(words: list[str]) -> Launch:
    named = ""
    n = 0
    while n < len(words):
        word = words[n]
        if word in ("-p", "--package") and n + 1 < len(words):
            named, n = words[n + 1], n + 2
        elif word.startswith("--package="):
            named, n = word.partition("=")[2], n + 1
        elif word in _VALUED["npm"]:
            n += 2
        elif word.startswith("-"):
            n += 1
        else:
            break
    spec = named or (words[n] if n < len(words) else "")
    return npm(spec)


def npm(spec: str) -> Launch:
    """`@scope/name@1.2.3`, a folder, or a source repository."""
    if spec.startswith((".", "/", "~", "file:", "$")):
        return Launch(registry="script")
    if spec.startswith(("github:", "git+", "git:", "https:", "http:")):
        name, _, commit = spec.partition("#")
        exact = bool(re.fullmatch(r"[0-9a-f]{40}", commit))
        return Launch(
            _clean(name), commit, "exact" if exact else "floating" if commit else "none", registry="npm"
        )
    name, at, version = spec.rpartition("@") if spec.rfind("@") > 0 else (spec, "", "")
    if not name:
        return Launch(registry="npm")
    pin: Pin = "none" if not at else "exact" if _EXACT_NPM.fullmatch(version) else "floating"
    return Launch(_clean(name), version, pin, registry="npm", bridge=name in BRIDGES)


def _pypi(words: list[str]) -> Launch:
    named = ""
    n = 0
    while n < len(words):
        word = words[n]
        if word in ("--from", "--spec") and n + 1 < len(words):
            named, n = words[n + 1], n + 2
        elif word.startswith(("--from=", "--spec=")):
            named, n = word.partition("=")[2], n + 1
        elif word in _VALUED["pypi"]:
            n += 2
        elif word.startswith("-"):
            n += 1
        else:
            break
    return pypi(named or (words[n] if n < len(words) else ""))


def pypi(spec: str) -> Launch:
    """`name==1.2.3`, `name@1.2.3`, `name>=1`, or a source repository."""
    if spec.startswith((".", "/", "~", "$")):
        return Launch(registry="script")
    if spec.startswith(("git+", "https:", "http:")):
        where, _, commit = spec.rpartition("@") if spec.count("@") > spec.count("git@") else (spec, "", "")
        exact = bool(re.fullmatch(r"[0-9a-f]{40}", commit))
        return Launch(
            _clean(where or spec),
            commit,
            "exact" if exact else "floating" if commit else "none",
            registry="pypi",
        )
    found = _PYTHON.fullmatch(spec.strip())
    if found is None:
        return Launch(registry="pypi")
    rest = found["rest"].strip()
    version = rest.lstrip("=@ ")
    if not rest:
        return Launch(found["name"], "", "none", registry="pypi", bridge=found["name"] in BRIDGES)
    exact = (
        rest.startswith(("==", "@")) and "*" not in version and bool(re.fullmatch(r"v?\d[\w.+!-]*", version))
    )
    return Launch(
        found["name"],
        version,
        "exact" if exact else "floating",
        registry="pypi",
        bridge=found["name"] in BRIDGES,
    )


def _image(words: list[str], offset: int) -> Launch:
    """The image of `docker run`, and the variables that it is handed by name only."""
    passed: list[tuple[int, str]] = []
    n = 0
    while n < len(words):
        word = words[n]
        if word in ("-e", "--env") and n + 1 < len(words):
            if re.fullmatch(r"[A-Za-z_]\w*", words[n + 1]):
                passed.append((offset + n + 1, words[n + 1]))
            n += 2
        elif (inline := re.fullmatch(r"(?:--env=|-e)([A-Za-z_]\w*)", word)) is not None:
            passed.append((offset + n, inline[1]))
            n += 1
        elif word in _CONTAINER_VALUED:
            n += 2
        elif word.startswith("-"):
            n += 1
        else:
            break
    found = image(words[n] if n < len(words) else "")
    return Launch(found.package, found.version, found.pin, found.digest, "oci", False, tuple(passed), True)


def image(spec: str) -> Launch:
    """`registry/name:tag@sha256:digest`. A tag may be moved, yet it names one version; `latest` does not."""
    name, _, digest = spec.partition("@")
    front, slash, last = name.rpartition("/")
    last, _, tag = last.partition(":")
    if digest:
        return Launch(_clean(front + slash + last), tag, "exact", _clean(digest), "oci", contained=True)
    pin: Pin = "none" if not tag else "exact" if _EXACT_TAG.fullmatch(tag) else "floating"
    return Launch(_clean(front + slash + last), tag, pin, "", "oci", contained=True)


def _interpreted(words: list[str], nested: bool = False) -> Launch:
    """`python -m module`, `python file.py`, or a command that a project installs."""
    if not words:
        return Launch(registry="script")
    if not re.fullmatch(r"python[\d.]*|py", program(words[0])):
        return Launch(words[0] if nested and "/" not in words[0] else "", registry="script")
    if "-m" in words[:-1]:
        return Launch(_clean(words[words.index("-m") + 1]), "", None, registry="module")
    return Launch(registry="script")


def _script(words: list[str]) -> Launch:
    spec = next((word for word in words if word.startswith(("npm:", "jsr:"))), "")
    return npm(spec.partition(":")[2]) if spec else Launch(registry="script")


def _clean(text: str) -> str:
    """Without user information, which may be a password, and without a query."""
    return re.sub(r"(?<=://)[^/@\s]*@", "", text).partition("?")[0]
