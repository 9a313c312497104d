"""Which package a command line starts, in which version, and how surely."""

from __future__ import annotations

import pytest

from posture.sources.agents.launch import launched

CODE, COMMIT = "https://code.example/t", "a" * 40


@pytest.mark.parametrize(
    ("command", "args", "package", "version", "pin"),
    [
        ("npx", ["-y", "@acme/notes@3.1.0"], "@acme/notes", "3.1.0", "exact"),
        ("npx", ["-y", "@acme/notes@latest"], "@acme/notes", "latest", "floating"),
        ("npx", ["-y", "@acme/notes@^3.1.0"], "@acme/notes", "^3.1.0", "floating"),
        ("npx", ["@acme/notes"], "@acme/notes", "", "none"),
        ("npx", ["-p", "tools@1.0.0", "run"], "tools", "1.0.0", "exact"),
        ("npx.cmd", ["--package=tools@1.0.0", "run"], "tools", "1.0.0", "exact"),
        ("C:\\Program Files\\nodejs\\npx.exe", ["tools"], "tools", "", "none"),
        ("pnpm", ["dlx", "tools@2"], "tools", "2", "floating"),
        ("uvx", ["tools==2.3.1", "--dsn", "x"], "tools", "2.3.1", "exact"),
        ("uvx", ["tools@2.3.1"], "tools", "2.3.1", "exact"),
        ("uvx", ["tools@latest"], "tools", "latest", "floating"),
        ("uvx", ["tools>=2"], "tools", ">=2".lstrip("=@ "), "floating"),
        ("uvx", ["--from", "tools[web]==1.0", "serve"], "tools", "1.0", "exact"),
        ("uvx", ["--python", "3.12", "tools"], "tools", "", "none"),
        ("uvx", ["--from", f"git+{CODE}@{COMMIT}", "t"], f"git+{CODE}", COMMIT, "exact"),
        ("uvx", ["--from", "git+https://bob:pw@code.example/t@main", "t"], f"git+{CODE}", "main", "floating"),
        ("uv", ["tool", "run", "tools==1"], "tools", "1", "exact"),
        ("uv", ["--directory", "/opt/x", "run", "python", "-m", "metrics_mcp"], "metrics_mcp", "", None),
        ("pipx", ["run", "tools"], "tools", "", "none"),
        ("docker", ["run", "-i", "--rm", "-e", "T", "acme/hub:1.4.2"], "acme/hub", "1.4.2", "exact"),
        ("docker", ["run", "acme/hub"], "acme/hub", "", "none"),
        ("docker", ["run", "reg.example:5000/hub:latest"], "reg.example:5000/hub", "latest", "floating"),
        ("podman", ["run", "acme/hub@sha256:ab"], "acme/hub", "", "exact"),
        ("python3.12", ["-m", "metrics_mcp"], "metrics_mcp", "", None),
        ("node", ["./tools/chat.js"], "", "", None),
        ("cmd", ["/c", "npx", "tools@1.2.3"], "tools", "1.2.3", "exact"),
        ("env", ["A=b", "npx", "tools@1.2.3"], "tools", "1.2.3", "exact"),
        ("bash", ["-c", "exec uvx tools==1.0"], "tools", "1.0", "exact"),
        ("npx -y tools@1.2.3", [], "tools", "1.2.3", "exact"),
        ("", [], "", "", None),
    ],
)  # fmt: skip
def test_a_command_line_tells_its_package(
    command: str, args: list[str], package: str, version: str, pin: str | None
) -> None:
    found = launched(command, args)
    assert (found.package, found.version, found.pin) == (package, version, pin)


def test_a_digest_is_kept() -> None:
    assert launched("docker", ["run", "acme/hub:1@sha256:ab"]).digest == "sha256:ab"


def test_variables_that_a_container_is_handed_have_their_places() -> None:
    found = launched("docker", ["run", "-e", "A_TOKEN", "--env=B_KEY", "-e", "C=1", "acme/hub"])
    assert found.passed == ((2, "A_TOKEN"), (3, "B_KEY"))
    assert launched("sh", ["-c", "docker run -e A_TOKEN acme/hub"]).passed == ((1, "A_TOKEN"),)
    assert launched("docker run -e A_TOKEN acme/hub", []).passed == ((-1, "A_TOKEN"),)
