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


@pytest.mark.parametrize(
    ("command", "args"),
    [
        ("sudo", ["-u", "svc", "npx", "-y", "tools@1.2.3"]),
        ("sudo", ["-E", "--user=svc", "--", "npx", "-y", "tools@1.2.3"]),
        ("sudo", ["A=b", "npx", "tools@1.2.3"]),
        ("env", ["-i", "PATH=/usr/bin", "npx", "tools@1.2.3"]),
        ("env", ["-u", "HOME", "-C", "/srv", "npx", "tools@1.2.3"]),
        ("/usr/bin/env", ["-S", "npx -y tools@1.2.3"]),
        ("env", ["-S", "A=b npx -y tools@1.2.3"]),
        ("op", ["run", "--env-file=.env", "--", "npx", "tools@1.2.3"]),
        ("op", ["run", "--no-masking", "--env-file", ".env", "npx", "tools@1.2.3"]),
        ("doppler", ["run", "-p", "crm", "-c", "prd", "--", "npx", "tools@1.2.3"]),
        ("doppler", ["run", "--command", "cd /srv && npx tools@1.2.3"]),
        ("doppler", ["run", "--command=npx tools@1.2.3"]),
        ("aws-vault", ["exec", "--region", "eu-west-1", "prod", "--", "npx", "tools@1.2.3"]),
        ("chamber", ["exec", "crm", "--", "npx", "tools@1.2.3"]),
        ("infisical", ["run", "--env", "prod", "--", "npx", "tools@1.2.3"]),
        ("dotenvx", ["run", "-f", ".env.prod", "--", "npx", "tools@1.2.3"]),
        ("dotenv", ["-e", ".env", "--", "npx", "tools@1.2.3"]),
        ("sops", ["exec-env", "secrets.enc.yaml", "npx tools@1.2.3"]),
        ("envchain", ["crm", "npx", "tools@1.2.3"]),
        ("direnv", ["exec", "/srv/app", "npx", "tools@1.2.3"]),
        ("mise", ["exec", "node@22", "--", "npx", "tools@1.2.3"]),
        ("fnm", ["exec", "--using", "22", "npx", "tools@1.2.3"]),
        ("nvm", ["exec", "22", "npx", "tools@1.2.3"]),
        ("nix", ["develop", "/srv#node", "-c", "npx", "tools@1.2.3"]),
        ("timeout", ["-k", "5", "60", "npx", "tools@1.2.3"]),
        ("nice", ["-n", "10", "nohup", "npx", "tools@1.2.3"]),
        ("bash", ["-lc", "source ~/.nvm/nvm.sh; nvm use 22 && npx -y tools@1.2.3"]),
        ("bash", ["--login", "-c", "cd '/srv/my app' && exec npx tools@1.2.3"]),
        ("bash", ["-euo", "pipefail", "-c", "export A=b; npx tools@1.2.3"]),
        ("zsh", ["-ic", "A=b npx tools@1.2.3"]),
        ("sh", ["-c", "npx -y 'tools@1.2.3' \"$@\"", "--", "x"]),
        ("sh", ["-c", "sudo -u svc env A=b npx tools@1.2.3"]),
        ("cmd.exe", ["/d", "/s", "/c", "npx tools@1.2.3"]),
        ("cmd", ["/C", "npx.cmd", "-y", "tools@1.2.3"]),
        ("cmd", ["/c", "C:\\nodejs\\npx.cmd -y tools@1.2.3"]),
        ("C:\\nodejs\\npx.cmd -y tools@1.2.3", []),
        ("powershell.exe", ["-NoProfile", "-ExecutionPolicy", "Bypass", "-Command", "npx tools@1.2.3"]),
        ("pwsh", ["-c", "npx", "tools@1.2.3"]),
        ("wsl.exe", ["-d", "Ubuntu", "--", "npx", "tools@1.2.3"]),
        ("wsl", ["-u", "dev", "-e", "bash", "-lc", "npx tools@1.2.3"]),
        ("wsl", ["--cd", "~", "npx", "tools@1.2.3"]),
        ("op run -- npx tools@1.2.3", []),
        ("FOO=bar npx tools@1.2.3", []),
    ],
)  # fmt: skip
def test_behind_what_only_prepares_it_stands_the_package(command: str, args: list[str]) -> None:
    found = launched(command, args)
    assert (found.package, found.version, found.pin) == ("tools", "1.2.3", "exact")


@pytest.mark.parametrize(
    ("command", "args", "package", "registry"),
    [
        ("bash", ["/srv/start.sh", "-c", "npx tools"], "", "script"),
        ("bash", ["-c"], "", "script"),
        ("bash", ["-c", "/srv/start.sh --x"], "", "script"),
        ("sudo", [], "", "binary"),
        ("sudo", ["-u", "svc"], "", "binary"),
        ("op", ["read", "op://a/b/c"], "", "binary"),
        ("poetry", ["run", "python", "-m", "metrics_mcp"], "metrics_mcp", "module"),
        ("conda", ["run", "-n", "x", "--no-banner", "python", "-m", "metrics_mcp"], "metrics_mcp", "module"),
        ("sh", ["-c", "cd /srv"], "", "binary"),
        ("sh", ["-c", "echo 'unclosed"], "", "binary"),
        ("env", ["A=b"], "", "binary"),
        ("timeout", ["60"], "", "binary"),
        ("sh", ["-c", ""], "", ""),
        ("sudo", ["sudo"] * 40, "", "binary"),
    ],
)  # fmt: skip
def test_what_names_no_package(command: str, args: list[str], package: str, registry: str) -> None:
    found = launched(command, args)
    assert (found.package, found.registry) == (package, registry)


def test_of_an_endless_line_the_beginning_is_parted() -> None:
    line = "npx tools@1.2.3 " + "'a' " * 2_000_000
    assert launched("bash", ["-c", line]).package == "tools"
    assert launched(line, []).version == "1.2.3"


def test_a_vault_tells_the_profile_that_it_opens() -> None:
    found = launched(
        "aws-vault", ["exec", "-d", "1h", "prod-admin", "--", "docker", "run", "-e", "A_TOKEN", "acme/hub"]
    )
    assert (found.profile, found.package, found.passed) == ((3, "prod-admin"), "acme/hub", ((8, "A_TOKEN"),))
    inside = launched("bash", ["-c", "aws-vault exec prod -- npx tools@1.0.0"])
    assert (inside.profile, inside.package) == ((1, "prod"), "tools")
    assert launched("aws-vault", ["list"]).profile is None
