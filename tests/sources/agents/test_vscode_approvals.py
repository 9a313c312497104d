"""What VS Code approves by itself, in every file and spelling that holds it."""

import json

import pytest

from tests.sources.agents.documents import File, claiming, read, rows

USER = ".config/Code/User/settings.json"


def told(settings: object, path: str = USER, place: str = "home") -> list[tuple[object, ...]]:
    text = settings if isinstance(settings, str) else json.dumps(settings)
    return rows(read(File("vscode", place, path, text)), "permissions", "effect", "rule", "layer", "at")


@pytest.mark.parametrize("name", ["chat.tools.global.autoApprove", "chat.tools.autoApprove"])
def test_everything_without_a_question(name):
    assert told({name: True}) == [("mode", name, "user", f"/{name}")]
    assert told({name: False}) == []
    assert told({name: "true"}) == []


def test_settings_may_be_written_as_maps_in_maps():
    assert told({"chat": {"tools": {"global": {"autoApprove": True}}}}) == [
        ("mode", "chat.tools.global.autoApprove", "user", "/chat/tools/global/autoApprove")
    ]
    assert told({"chat.tools": {"terminal.autoApprove": {"git": True}}}) == [
        ("allow", "runInTerminal(git)", "user", "/chat.tools/terminal.autoApprove/git")
    ]


def test_commands_addresses_and_files():
    settings = {
        "chat.tools.terminal.autoApprove": {
            "npm test": True, "rm": False, "cd": None,
            "/^git (status|log)/": {"approve": True, "matchCommandLine": True},
            "curl": {"approve": False}, "odd": {"matchCommandLine": True}, "word": "yes",
        },
        "chat.tools.urls.autoApprove": {
            "https://a.example/*": True,
            "https://b.example": {"approveRequest": False, "approveResponse": True},
        },
        "chat.tools.edits.autoApprove": {"**/*": True, "**/.env": False},
        "chat.tools.eligibleForAutoApproval": {"fetch": False, "readFile": True},
        "chat.permissions.default": "autopilot",
    }  # fmt: skip
    assert [(effect, rule) for effect, rule, _layer, _at in told(settings)] == [
        ("mode", "autopilot"),
        ("allow", "runInTerminal(npm test)"),
        ("ask", "runInTerminal(rm)"),
        ("allow", "runInTerminal(/^git (status|log)/)"),
        ("ask", "runInTerminal(curl)"),
        ("allow", "fetch(https://a.example/*)"),
        ("allow", "fetch(https://b.example)"),
        ("allow", "editFiles(**/*)"),
        ("ask", "editFiles(**/.env)"),
        ("ask", "fetch"),
    ]


def test_a_list_of_addresses_approves_each():
    assert told({"chat.tools.urls.autoApprove": ["https://a.example", 3]}) == [
        ("allow", "fetch(https://a.example)", "user", "/chat.tools.urls.autoApprove/0")
    ]


@pytest.mark.parametrize(
    ("place", "path", "layer"),
    [
        ("home", "Library/Application Support/Code/User/settings.json", "user"),
        ("home", "AppData/Roaming/Code - Insiders/User/settings.json", "user"),
        ("home", ".config/VSCodium/User/settings.json", "user"),
        ("home", ".config/Code/User/profiles/ab12/settings.json", "user"),
        ("home", ".vscode-server/data/Machine/settings.json", "user"),
        ("repository", ".vscode/settings.json", "project"),
        ("repository", "packages/web/.vscode/settings.json", "project"),
    ],
)
def test_every_file_that_holds_settings(place, path, layer):
    assert [row[2] for row in told({"chat.tools.autoApprove": True}, path, place)] == [layer]


def test_a_file_of_a_workspace_holds_settings_one_level_deeper():
    text = """{
      // two folders
      "folders": [{"path": "a"}, {"path": "b"}],
      "settings": {
        "chat.tools.autoApprove": true,
        "mcp": {"servers": {"x": {"command": "npx", "args": ["-y", "@acme/x"]}}},
      },
    }"""
    file = File("vscode", "repository", "dev/all.code-workspace", text)
    assert told(text, file.path, file.place) == [
        ("mode", "chat.tools.autoApprove", "project", "/settings/chat.tools.autoApprove")
    ]
    assert rows(read(file), "tools", "key", "package", kind="mcp-server") == [
        ("tool:plant/dev/vscode/x", "@acme/x")
    ]


def test_settings_without_any_of_it_are_nobodys():
    text = '{"editor.fontSize": 12, "terminal.integrated.shell": "zsh"}'
    assert claiming(File("vscode", "home", USER, text)) == []


def test_settings_in_another_encoding_are_read_too():
    file = File("vscode", "home", USER, "")
    data = '\ufeff{"chat.tools.autoApprove": true}'.encode("utf-16-le")
    assert rows(read(file, data), "permissions", "effect") == [("mode",)]
