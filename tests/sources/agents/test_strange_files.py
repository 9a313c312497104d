"""Files as people and programs leave them: odd encodings, odd spellings, wrapped commands, odd addresses."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.sources.agents.documents import File, read, rows
from tests.sources.agents.strange import found, mark, one, servers

AT = "/mcpServers/x/env/TOKEN"
PLAIN = json.dumps({"mcpServers": servers(1)})


@pytest.mark.parametrize(
    ("data", "places"),
    [
        (PLAIN.encode("utf-16"), [AT]),
        ("\ufeff".encode("utf-16-be") + PLAIN.encode("utf-16-be"), [AT]),
        (b"\xef\xbb\xbf" + PLAIN.encode(), [AT]),
        (json.dumps({"mcpServers": servers(1)}, indent=2).replace("\n", "\r\n").encode(), [AT]),
        (json.dumps({"mcpServers": servers(1)}, indent=2).replace("\n", "\r").encode(), [AT]),
        (b"// first\n/* second\n */" + PLAIN.encode() + b" // last", [AT]),
        (PLAIN.replace("}}", "},}", 1).encode(), [AT]),
        (('{"pad": "' + "x" * 400_000 + '",' + PLAIN[1:]).encode(), [AT]),
        (PLAIN.replace("npx", "\\u006epx").encode(), [AT]),
        (PLAIN.replace('"TOKEN"', '"T\\u004fKEN"').encode(), [AT]),
        (
            (PLAIN[:-1] + f', "note": "/* no */ // comment", /* API_KEY={mark(2)} */ "z": 1}}').encode(),
            [AT, "line 1"],
        ),
    ],
)
def test_how_a_file_is_written_changes_nothing(data: bytes, places: list[str]) -> None:
    assert found("home", ".cursor/mcp.json", data) == ({"x": "@acme/x"}, places)


def test_of_equal_keys_the_last_counts_and_every_secret_is_told() -> None:
    text = (
        '{"mcpServers": {"a": {"url": "https://a.example"}}, "mcpServers": {'
        f'"x": {{"command": "npx", "args": ["old"], "env": {{"TOKEN": "{mark(3)}"}}}},'
        f'"x": {{"command": "npx", "args": ["new"], "env": {{"TOKEN": "{mark(4)}"}}}}}}}}'
    )
    assert found("repository", ".mcp.json", text) == ({"x": "new"}, [AT, AT])


@pytest.mark.parametrize(
    ("entry", "package", "places"),
    [
        (
            {"command": "sudo", "args": ["-u", "svc", "env", f"API_KEY={mark(5)}", "npx", "tools@1.0.0"]},
            "tools",
            ["/args/3"],
        ),
        (
            {"command": "bash", "args": ["-c", f"export T_TOKEN={mark(6)} && npx tools --api-key {mark(7)}"]},
            "tools",
            ["/args/1", "/args/1"],
        ),
        (
            {
                "command": "docker",
                "args": [
                    "run",
                    "-e",
                    f"TOKEN={mark(8)}",
                    f"-eKEY={mark(9)}",
                    f"--env=PASSWORD={mark(10)}",
                    "a/x:1.2",
                ],
            },
            "a/x",
            ["/args/2", "/args/3", "/args/4"],
        ),
        (
            {
                "command": "docker",
                "args": [
                    "run",
                    "--network=host",
                    "--env",
                    f"A_TOKEN={mark(11)}",
                    "ghcr.io/a/b@sha256:" + "a" * 64,
                ],
            },
            "ghcr.io/a/b",
            ["/args/3"],
        ),
        (
            {
                "command": "cmd",
                "args": ["/c", "npx", "-y", "mcp-remote", f"https://r.example/sse?api_key={mark(12)}"],
            },
            "mcp-remote",
            ["/args/4"],
        ),
        (
            {
                "command": "npx",
                "args": ["mcp-remote@0.1.2", "https://r.example/mcp", "--header", f"X-Key: {mark(13)}"],
            },
            "mcp-remote",
            ["/args/3"],
        ),
        (
            {
                "command": "npx",
                "args": ["mcp-remote", "https://r.example/mcp", "--header", "Authorization:${AUTH}"],
                "env": {"AUTH": f"Bearer {mark(14)}"},
            },
            "mcp-remote",
            ["/env/AUTH"],
        ),
        (
            {
                "command": "op",
                "args": ["run", "--", "npx", "tools"],
                "env": {"TOKEN": "op://vault/item/field"},
            },
            "tools",
            [],
        ),
        (
            {"command": "doppler", "args": ["run", "--token", f"dp.st.prd.{mark(15)}", "--", "uvx", "d-mcp"]},
            "d-mcp",
            ["/args/2"],
        ),
        ({"command": "aws-vault", "args": ["exec", "prod", "--", "uvx", "a-mcp==1.0"]}, "a-mcp", []),
        (
            {
                "command": "wsl.exe",
                "args": ["--", "bash", "-lc", f"SLACK_TOKEN={mark(16)} npx -y slack-mcp@2.0.0"],
            },
            "slack-mcp",
            ["/args/3"],
        ),
        (
            {"command": "uvx", "args": ["--from", f"git+https://bot:{mark(17)}@git.example/x.git@main", "x"]},
            "git+https://git.example/x.git",
            ["/args/1"],
        ),
        (
            {
                "command": "npx",
                "args": ["supergateway", "--sse", "https://s.example/sse", "--oauth2Bearer", mark(18)],
            },
            "supergateway",
            ["/args/4"],
        ),
        (
            {
                "command": "uvx",
                "args": [
                    "mcp-proxy",
                    "--headers",
                    "Authorization",
                    f"Bearer {mark(19)}",
                    "https://p.example/sse",
                ],
            },
            "mcp-proxy",
            ["/args/3"],
        ),
        ({"command": "env", "args": ["-i", f"API_KEY={mark(20)}", "uvx", "c-mcp"]}, "c-mcp", ["/args/1"]),
        ({"command": ["npx", "-y", "tools@1.0.0"], "env": {"TOKEN": mark(21)}}, "tools", ["/env/TOKEN"]),
        (
            {"transport": {"type": "stdio", "command": "npx", "args": ["tools"], "env": {"TOKEN": mark(22)}}},
            "tools",
            ["/transport/env/TOKEN"],
        ),
        (
            {
                "command": "npx",
                "args": ["tools"],
                "env": [{"name": "API_TOKEN", "value": mark(23)}, f"B_TOKEN={mark(24)}"],
            },
            "tools",
            ["/env/0/value", "/env/1"],
        ),
        ({"command": "npx", "args": f"-y tools --token {mark(25)}"}, None, ["/args"]),
        (
            {"command": "sh", "args": ["-c", f"cat <<EOF | npx tools\ntoken: {mark(26)}\nEOF"]},
            None,
            ["/args/1"],
        ),
        (
            {"command": "npx", "args": ["tools", *(f"--flag{n}" for n in range(3000)), "--token", mark(27)]},
            "tools",
            ["/args/3002"],
        ),
        (
            {
                "command": "npx",
                "args": ["tools"],
                "env": {"TOKEN": f"${{TOKEN:-{mark(28)}}}", "A": "${A}", "B": "$B"},
            },
            "tools",
            ["/env/TOKEN"],
        ),
        (
            {"command": "npx", "args": ["tools"], "disabled": True, "env": {"A/B_TOKEN": mark(29)}},
            "tools",
            ["/env/A~1B_TOKEN"],
        ),
        ({"command": "C:\\Program Files\\nodejs\\npx.cmd", "args": ["tools@1.0.0"]}, "tools", []),
        (
            {
                "command": "powershell",
                "args": ["-NoProfile", "-Command", f"$env:API_KEY='{mark(30)}'; npx tools"],
            },
            None,
            ["/args/2"],
        ),
    ],
)
def test_local_servers(entry: dict[str, Any], package: str | None, places: list[str]) -> None:
    assert one(entry) == (package, places)


@pytest.mark.parametrize(
    ("entry", "host", "places"),
    [
        (
            {"url": "https://k.example/mcp", "headers": {"Cookie": f"session={mark(31)}; theme=dark"}},
            "k.example:443",
            ["/headers/Cookie"],
        ),
        (
            {"url": "https://k.example/mcp", "headers": [f"Authorization: Bearer {mark(32)}"]},
            "k.example:443",
            ["/headers/0"],
        ),
        ({"url": f"https://user:{mark(33)}@k.example:8443/mcp?region=eu"}, "k.example:8443", ["/url"]),
        ({"url": f"https://{mark(34)}@k.example/mcp"}, "k.example:443", ["/url"]),
        ({"url": f"https://{mark(35)}@o12.ingest.sentry.example/4"}, "o12.ingest.sentry.example:443", []),
        ({"url": f"https://k.example/mcp#access_token={mark(36)}"}, "k.example:443", ["/url"]),
        ({"url": f"https://mcp.zapier.com/api/mcp/s/{mark(37)}/mcp"}, "mcp.zapier.com:443", ["/url"]),
        ({"url": f"https://eu2.make.com/mcp/api/v1/u/{mark(38)}/sse"}, "eu2.make.com:443", ["/url"]),
        ({"url": "https://k.example/mcp/s/some-long-path-of-words/sse"}, "k.example:443", []),
        (
            {
                "url": "http://[::1]:9000/mcp",
                "headers": {"X-Request-Id": "b1946ac9-2492-4d23-97c0-0123456789ab"},
            },
            "[::1]:9000",
            [],
        ),
        (
            {
                "type": "http",
                "url": "https://o.example/mcp",
                "oauth": {"clientId": "abc", "clientSecret": mark(39)},
            },
            "o.example:443",
            ["/oauth/clientSecret"],
        ),
    ],
)
def test_remote_servers(entry: dict[str, Any], host: str, places: list[str]) -> None:
    assert one(entry) == (host, places)


@pytest.mark.parametrize("entry", [None, [], 3, "npx", True])
def test_what_is_no_server_costs_none_of_its_siblings(entry: object) -> None:
    text = json.dumps({"mcpServers": {"bad": entry, **servers(40)}})
    assert found("repository", ".mcp.json", text) == ({"x": "@acme/x"}, [AT])
    into = read(File("", "repository", ".mcp.json", text))
    assert rows(into, "coverage", "why", at="/mcpServers/bad") == [("is no entry of a server",)]


@pytest.mark.parametrize(
    ("document", "name"),
    [
        ({"headers": [{"name": "X-Api-Key", "value": mark(61)}]}, "X-Api-Key"),
        ({"headers": [{"key": "authorization", "value": f"Bearer {mark(62)}"}]}, "authorization"),
        ({"template": {"api_key": {"value": mark(63)}}}, "api_key"),
        ({"api_key": {"name": mark(64), "value": mark(65)}}, "api_key"),
        ({"token": mark(66)}, "token"),
    ],
)
def test_a_secret_is_called_by_the_name_beside_it(document: object, name: str) -> None:
    into = read(File("", "repository", ".mcp.json", json.dumps({"mcpServers": {}, "x": document})))
    assert {shown for (shown,) in rows(into, "credentials", "name")} - {"name"} == {name}


def test_the_password_of_a_connection_string_opens_its_database() -> None:
    text = f"Server=db.plant.example;Database=shop;User ID=app;Password={mark(67)}"
    into = read(
        File(
            "", "repository", ".mcp.json", json.dumps({"mcpServers": {"x": {"command": "x", "args": [text]}}})
        )
    )
    assert rows(into, "links", "to", kind="opens") == [("database:db.plant.example:1433/shop",)]
    assert rows(into, "credentials", "kind") == [("database-password",)]
    assert ("calls", "database:db.plant.example:1433/shop") in rows(into, "links", "kind", "to")
