"""n8n: exported workflows with agents, what is wired to them, and the stored credentials that nodes name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from posture.sources.agents import literals, writing
from posture.sources.agents.endpoints import endpoints
from posture.sources.agents.frameworks import text
from posture.sources.agents.opening import anything
from posture.sources.agents.server import Server, escaped, placed
from posture.sources.agents.sheet import Sheet
from posture.sources.contract import Page, Rows, Source

SOURCE = Source(
    id="n8n",
    title="n8n workflows",
    feeds=("agents", "tools", "credentials", "systems", "links", "exposures"),
    by_hand="n8n export:workflow --all --output=workflows.json",
    blind="agents built in n8n, the tools wired to them and the stored credentials that they use",
    ends=(".json",),
    rank=40,
)

_AGENTS = ("langchain.agent", "langchain.agenttool", "langchain.openaiassistant")
_SERVERS = "mcpclienttool"
_WIRED = ("ai_tool", "ai_languageModel")
_TRIGGERS = {"scheduletrigger": "schedule", "manualtrigger": "person"}
_HOOKS = frozenset({"webhook", "formtrigger", "chattrigger", "mcptrigger"})
_ASKED = {
    "none": "none", "basicAuth": "basic", "headerAuth": "api-key", "jwtAuth": "bearer",
    "bearerAuth": "bearer", "n8nUserAuth": "session",
}  # fmt: skip

Node = Mapping[str, Any]


def claims(page: Page) -> bool:
    """JSON with nodes of the kinds that n8n brings along, and how they are connected."""
    return b'"connections"' in page.data and (b'"n8n-nodes-' in page.data or b'"@n8n/n8n-nodes-' in page.data)


def read(page: Page, into: Rows) -> None:
    """Every agent of one workflow, or of the list that an export of all of them is."""
    sheet = Sheet(page, into, "n8n", "/".join(page.path.parts[:-1]), "project")
    document = anything(sheet)
    for at, workflow in _workflows(document):
        _Workflow(sheet, at, workflow).write()
    literals.document(sheet, document)
    writing.covered(sheet, "agents", "tools", "credentials")


def _workflows(document: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for at, one in enumerate(document) if isinstance(document, list) else [("", document)]:
        if isinstance(one, Mapping) and isinstance(one.get("nodes"), list):
            yield f"/{at}" if at != "" else "", one


class _Workflow:
    """Nodes by name, as the connections name them."""

    def __init__(self, sheet: Sheet, at: str, workflow: Mapping[str, Any]) -> None:
        self._sheet = sheet
        self._wires = workflow.get("connections")
        self._places: dict[str, str] = {}
        self._nodes: dict[str, Node] = {}
        self._agents: dict[str, str] = {}
        for n, node in enumerate(workflow["nodes"]):
            name = text(node.get("name")) if isinstance(node, Mapping) else None
            if name is None or not isinstance(node.get("type"), str):
                sheet.problem(f"{at}/nodes/{n}", "is no node: it has no name or no type")
                continue
            self._places[name], self._nodes[name] = f"{at}/nodes/{n}", node

    def write(self) -> None:
        wired = list(self._wired())
        kinds = {name: str(node["type"]).lower() for name, node in self._nodes.items()}
        for name, kind in kinds.items():
            if kind.endswith(_AGENTS):
                models = [
                    self._nodes[source]
                    for source, target, way in wired
                    if target == name and way == _WIRED[1]
                ]
                self._agents[name] = self._agent(name, models)
        for name, user in self._agents.items():
            self._credentials(name, user)
            for source, target, way in wired:
                if target == name and way == _WIRED[1]:
                    self._sheet.own(self._places[source], user)
                    self._credentials(source, user)
                    endpoints(
                        self._sheet,
                        _parameters(self._nodes[source]),
                        f"{self._places[source]}/parameters",
                        user,
                    )
                elif target == name:
                    self._tool(source, user)
            for started, kind in kinds.items():
                if kind.endswith(("trigger", ".webhook")):
                    trigger = _TRIGGERS.get(kind.rpartition(".")[2], "event")
                    self._sheet.put("runs", self._places[started], agent=user, trigger=trigger)
                    self._served(started, kind.rpartition(".")[2], name, user)

    def _wired(self) -> Iterator[tuple[str, str, str]]:
        """(source, target, way) of what is wired to agents: their models and their tools."""
        for source, ways in self._wires.items() if isinstance(self._wires, Mapping) else ():
            for way in _WIRED if isinstance(ways, Mapping) and source in self._nodes else ():
                outputs = ways.get(way)
                for ends in outputs if isinstance(outputs, list) else ():
                    for end in ends if isinstance(ends, list) else ():
                        target = end.get("node") if isinstance(end, Mapping) else None
                        if isinstance(target, str) and target in self._nodes:
                            yield source, target, way

    def _agent(self, name: str, models: list[Node]) -> str:
        model = next((found for one in models if (found := _listed(_parameters(one).get("model")))), None)
        key = writing.agent(self._sheet, self._places[name], name, "framework-agent", model=model)
        self._sheet.own(self._places[name], key)
        return key

    def _served(self, started: str, kind: str, agent: str, user: str) -> None:
        """A web hook, a form or a public chat starts the agent for whoever knows the address."""
        given = _parameters(self._nodes[started])
        if kind not in _HOOKS or (kind == "chattrigger" and given.get("public") is not True):
            return
        asked = text(given.get("authentication")) or "none"
        writing.endpoint(
            self._sheet, self._places[started], user, f"{agent}/{started}", "its workflow starts there",
            enabled=self._nodes[started].get("disabled") is not True,
            authentication=_ASKED.get(asked, "custom"),
        )  # fmt: skip

    def _tool(self, name: str, user: str) -> None:
        node, at = self._nodes[name], self._places[name]
        if name in self._agents:
            self._sheet.put(
                "links", at, kind="delegates", from_=user, to=self._agents[name], because="wired as a tool"
            )
        elif str(node["type"]).lower().endswith(_SERVERS):
            self._credentials(name, writing.server(self._sheet, _server(name, node, at), user, node))
        else:
            key = writing.tool_key(self._sheet, name)
            kind = str(node["type"])
            self._sheet.put(
                "tools", at, key=key, scope=self._sheet.scope, name=name, kind="connector", package=kind,
                enabled=node.get("disabled") is not True,
                runs_code=True if kind.lower().endswith(("toolcode", "executecommandtool")) else None,
            )  # fmt: skip
            self._sheet.put("links", at, kind="uses-tool", from_=user, to=key, because="wired as a tool")
            self._sheet.own(at, key)
            self._credentials(name, key)
            endpoints(self._sheet, _parameters(node), f"{at}/parameters", key)

    def _credentials(self, name: str, holder: str) -> None:
        """What n8n keeps encrypted and a node names by its id: it opens whatever the node calls."""
        held = self._nodes[name].get("credentials")
        for kind, one in held.items() if isinstance(held, Mapping) else ():
            ident = text(one.get("id")) if isinstance(one, Mapping) else None
            if ident:
                at = f"{self._places[name]}/credentials/{escaped(str(kind))}"
                key = f"n8n:{self._sheet.root}:credential:{ident}"
                self._sheet.put(
                    "credentials", at, key=key, scope=self._sheet.scope, provider="n8n",
                    name=text(one.get("name")) or str(kind), store="vault", exposure="managed",
                )  # fmt: skip
                self._sheet.put(
                    "links", at, kind="holds", from_=holder, to=key, because=f"node {name} names it"
                )


def _parameters(node: Node) -> Mapping[str, Any]:
    given = node.get("parameters")
    return given if isinstance(given, Mapping) else {}


def _listed(value: Any) -> str | None:
    """A value, or the value in the list from which somebody picked it."""
    return text(value.get("value")) if isinstance(value, Mapping) else text(value)


def _server(name: str, node: Node, at: str) -> Server:
    given = _parameters(node)
    place = f"{at}/parameters"
    url = text(given.get("endpointUrl")) or text(given.get("sseEndpoint")) or ""
    streams = given.get("serverTransport") == "sse" or not given.get("endpointUrl")
    signed = given.get("authentication")
    return Server(
        name=name,
        at=at,
        transport="sse" if streams else "http",
        url=url,
        auth={"bearerAuth": "bearer", "headerAuth": "api-key", "multipleHeadersAuth": "api-key"}.get(
            str(signed), "oauth" if "oauth" in str(signed).lower() else ""
        ),
        enabled=node.get("disabled") is not True,
        allowed=placed(given.get("includeTools"), f"{place}/includeTools"),
        denied=placed(given.get("excludeTools"), f"{place}/excludeTools"),
    )
