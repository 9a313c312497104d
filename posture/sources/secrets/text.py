"""Finds secrets in the text of a whole file, whatever its format, with offsets into the text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from posture.sources.secrets.document import kubernetes_finding
from posture.sources.secrets.findings import Finding, Piece, Place, Span
from posture.sources.secrets.judge import classify, looks_random
from posture.sources.secrets.names import role_of
from posture.sources.secrets.overlaps import without_overlaps
from posture.sources.secrets.references import is_reference
from posture.sources.secrets.shapes import private_keys_in, shapes_in
from posture.sources.secrets.values import judge_piece, safe_part

_NAME = r"[A-Za-z_][\w.\-]{0,80}"
_ASSIGNED = re.compile(
    rf"(?<![\w.\-])(?P<name>{_NAME})(?:\\?[\"'])?\]?[ \t]{{0,40}}"
    r"(?P<sep>:=|=>|\?=|\+=|(?<!=)=(?!=)|:(?!:))[ \t]{0,40}(?P<value>\r?\n[ \t]{1,40}(?=[\"']))?"
)
_OPTION = re.compile(
    r"(?<![\w\-])(?P<name>--[A-Za-z][\w\-]{1,60})(?:\\?[\"'])?[ \t]{0,4}(?:,[ \t\r\n]{0,20}|[ \t]{1,4})(?=(?:\\?[\"']|[^\s\-\"']))"
)
_WORDED = re.compile(
    r"(?im)(?:^|(?<=[\s;&|]))(?:password|identified[ \t]{1,4}by|(?:ENV|ARG)[ \t]{1,4}(?P<name>[A-Za-z_]\w{0,80}))[ \t]{1,8}(?=[\"'\w])"
)
_XML = re.compile(rf"<(?P<name>{_NAME})(?:[ \t][^<>]{{0,200}})?>(?P<value>[^<>]{{4,2000}})</")
_XML_PAIR = re.compile(
    rf"(?i)\b(?:key|name|id)=\"(?P<name>{_NAME})\"[ \t\r\n]{{1,20}}(?:value|password)=\"(?P<value>[^\"<>]{{4,2000}})\""
)
_URL = re.compile(
    r"(?<![A-Za-z0-9+.\-])[A-Za-z][A-Za-z0-9+.\-]{1,30}://(?P<user>[^\s/:@?#\"'<>|,`]{0,200}):(?P<password>[^\s\"'<>|/`][^\s\"'<>|`]{0,300}?)@(?=[A-Za-z0-9_.\-\[$%{])"
)
_TOKEN_URL = re.compile(
    r"(?<![A-Za-z0-9+.\-])https?://(?P<user>[A-Za-z0-9_\-]{20,200})@(?=[A-Za-z0-9.\-]{3})"
)
_SCHEME = re.compile(
    r"(?i)(?<![\w\-])(?P<scheme>bearer|basic|token|apikey|api-key|splunk)[ \t]{1,4}(?P<value>[^\s\"',;\\<>`]{8,8000})"
)
_AUTHORIZATION = re.compile(r"(?i)authorization(?:\\?[\"'])?[ \t]{0,4}[:=][ \t]{0,4}(?:\\?[\"'])?[ \t]{0,4}")
_CURL_USER = re.compile(
    r"(?<![\w\-])(?:-u|--user)[ \t=]{1,4}[\"']?(?P<value>[^\s\"':]{1,100}:[^\s\"']{3,200})"
)
_PGPASS = re.compile(
    r"(?m)^[^:\s#]{1,200}:(?:\d{1,5}|\*):[^:\s]{1,100}:[^:\s]{1,100}:(?P<value>[^\s]{3,200})$"
)
_NETRC = re.compile(r"(?im)(?:^|(?<=\s))password[ \t\r\n]{1,20}(?P<value>[^\s\"'#]{3,200})")
_COOKIE = re.compile(
    r"(?i)(?<![\w\-])(?:set-)?cookie(?:\\?[\"'])?[ \t]{0,4}:[ \t]{0,4}(?P<value>[^\r\n\"'\\]{1,4000})"
)
_COOKIE_PAIR = re.compile(r"(?P<name>[A-Za-z_][\w.\-]{0,60})=(?P<value>[^;\s,\"]{16,2000})")
_VARIABLE = re.compile(rf"variable[ \t]{{1,4}}\"(?P<name>{_NAME})\"")
_KUBERNETES = re.compile(r"(?m)^kind:[ \t]{1,4}[\"']?Secret[\"']?[ \t]{0,20}\r?$")
_DATA_LINE = re.compile(
    rf"(?m)^(?P<indent>[ \t]{{1,20}})(?P<name>{_NAME}):[ \t]{{1,8}}(?:[|>]-?[ \t]{{0,4}}\r?\n[ \t]{{1,40}})?[\"']?(?P<value>[A-Za-z0-9+/]{{8,20000}}={{0,2}})[\"']?[ \t]{{0,20}}\r?$"
)

# Files in which a bare word after = or : is a value. In program text it is an expression, in prose it is a word.
_PLAIN_SUFFIXES = frozenset(
    """.env .ini .cfg .conf .config .cnf .properties .yaml .yml .toml .npmrc .pypirc .netrc .sh .bash .zsh .fish .ps1 .bat
    .cmd .service .credentials .secrets .tfvars .envrc .list .repo .sample .template .example .local .development
    .production .staging .test .j2 .dockerfile .reg .plist .log .out .err .txt .history .sql .csv .http .rest .ovpn .curlrc
    .s3cfg .boto .pgpass .json .jsonc .json5 .tfstate .ipynb .har .xml""".split()
)
_PROSE_SUFFIXES = frozenset(".md .mdx .rst .adoc .html .htm .log .out .err .txt .xml .css .svg .csv".split())
_CODE_SUFFIXES = frozenset(
    """.py .js .mjs .cjs .ts .tsx .jsx .go .rs .java .kt .kts .scala .groovy .rb .php .pl .pm .c .h .cc .cpp .hpp .cs .fs
    .swift .m .mm .lua .r .jl .ex .exs .erl .clj .cljs .hs .ml .dart .vue .svelte .tf .hcl .bicep .nix .gradle .sol .zig
    .vb .css .scss .less""".split()
)
_LOCKS = frozenset(
    """package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml go.sum cargo.lock poetry.lock pipfile.lock
    composer.lock gemfile.lock uv.lock bun.lock flake.lock packages.lock.json mix.lock pubspec.lock podfile.lock
    deno.lock .terraform.lock.hcl""".split()
)
_NAMES_OF_NAMES = frozenset(("value", "default", "stringvalue", "defaultvalue", "plaintextvalue"))


@dataclass(frozen=True, slots=True)
class _Manner:
    """How a file of this name writes its values."""

    bare: bool
    prose: bool
    file: str


def scan_text(text: str, filename: str) -> tuple[Span, ...]:
    """Every secret in the text, in order, without overlaps. Time is linear in the length of the text."""
    manner = _manner(filename)
    if manner.file in _LOCKS:
        return _spans(text, list(_self_evident(text)))
    return _spans(
        text, [*_self_evident(text), *_named(text, manner), *_spoken(text, manner), *_by_file(text, manner)]
    )


def _manner(filename: str) -> _Manner:
    name = PurePosixPath(filename.replace("\\", "/")).name.lower()
    suffix = PurePosixPath(name).suffix or name
    code = suffix in _CODE_SUFFIXES
    bare = not code and (
        suffix in _PLAIN_SUFFIXES or suffix == name or name.startswith((".env", "dockerfile"))
    )
    return _Manner(bare, code or suffix in _PROSE_SUFFIXES, name)


def _self_evident(text: str) -> Iterator[Finding]:
    """What shows by itself what it is, wherever it stands."""
    for shaped in (*private_keys_in(text), *shapes_in(text)):
        yield Finding(shaped.kind, "value", shaped.start, shaped.end, "", shaped.shape, "high", shaped.vendor)


def _named(text: str, manner: _Manner) -> Iterator[Finding]:
    """What stands after a name that promises a secret."""
    last_name = ""
    last_end = -1
    sealed = _sealed_from(text)
    pointed = 0
    for found in _ASSIGNED.finditer(text, 0, sealed):
        name = found["name"]
        if found.start() < pointed or _inside_a_path(text, found):
            continue
        start, end = _value_at(text, found.end(), manner, found["sep"], found.start())
        if is_reference(text[start:end]):
            pointed = end
            continue
        lowered = name.lower()
        if lowered in ("name", "key") and end > start:
            last_name, last_end = text[start:end], end
        elif lowered in _NAMES_OF_NAMES and (owner := _owner(text, found.start(), last_name, last_end)):
            name = owner
        if end > start and role_of(name):
            yield from _judged(text, start, end, name, manner, _part(text, found.start(), name))
    for found in _OPTION.finditer(text):
        name = found["name"].lstrip("-")
        if role_of(name):
            start, end = _value_at(text, found.end(), manner, " ", found.start(), option=True)
            if end > start:
                yield from _judged(text, start, end, name, manner, f"argument:{found['name']}")
    for pattern in (_XML, _XML_PAIR):
        for found in pattern.finditer(text) if "<" in text else ():
            if role_of(found["name"]):
                yield from _judged(text, *found.span("value"), found["name"], manner, "value")


def _sealed_from(text: str) -> int:
    """Where the encrypted half of a sealed secret begins: what follows there is no value."""
    sealed = text.find("encryptedData") if "SealedSecret" in text else -1
    return sealed if sealed >= 0 else len(text)


def _inside_a_path(text: str, found: re.Match[str]) -> bool:
    """`...:secret:name` and `...:key/name` inside resource names, where the colon gives no value."""
    if found["sep"] != ":" or found.end() != found.end("sep") or found["value"]:
        return False
    return found.start() > 0 and text[found.start() - 1] in ":/@."


def _owner(text: str, start: int, last_name: str, last_end: int) -> str:
    """Whose value it is: of the name just before it, or of the variable whose block it stands in."""
    if 0 <= start - last_end <= 120 and len(last_name) <= 80:
        return last_name
    block = text.rfind('variable "', max(0, start - 400), start)
    declared = _VARIABLE.match(text, block) if block >= 0 else None
    return declared["name"] if declared is not None and "\n}" not in text[block:start] else ""


def _part(text: str, start: int, name: str) -> str:
    before = text[start - 1] if start else ""
    if before in "?&" and before:
        return f"query:{name}"
    return f"argument:--{name}" if text[max(0, start - 2) : start] == "--" else "value"


_TYPED = re.compile(
    r"(?:str|string|String|bytes|Optional\[str\]|str \| None|\w{1,30})\??[ \t]{0,4}=[ \t]{0,4}(?=[\"'`])"
)
_QUOTES = ('"""', "'''", '\\"', "\\'", '"', "'", "`")


def _value_at(
    text: str, at: int, manner: _Manner, sep: str, name_start: int, option: bool = False
) -> tuple[int, int]:
    """Where the value that begins here starts and ends; an empty stretch if there is none to judge."""
    if not manner.bare and sep == ":":
        typed = _TYPED.match(text, at)
        at = typed.end() if typed is not None else at
    # A prefix of a string literal: r"..", b"..", f"..", @"..".
    if text[at : at + 2] in ('r"', "r'", 'b"', "b'", '@"', 'u"', "u'"):
        at += 1
    quote = next((mark for mark in _QUOTES if text.startswith(mark, at)), "")
    if quote:
        return _quoted(text, at + len(quote), quote)
    if text[at : at + 1] in "|>" and text[at : at + 1]:
        return _block(text, at)
    before = text[name_start - 1] if name_start else ""
    if before in "?&" and before:
        return at, _run(text, at, "&#\"'<>`)]}\\;, \t\r\n")
    if not manner.bare and not option:
        return at, at
    end = _run(text, at, " \t\r\n\"'`" if not option and not manner.prose else " \t\r\n\"'`,;)\\")
    while end > at and text[end - 1] in ",;" + (")}]" if sep == "=" else ""):
        end -= 1
    if sep == ":" and _goes_on(text, end):
        return at, at
    return at, end


def _quoted(text: str, start: int, quote: str) -> tuple[int, int]:
    limit = min(len(text), start + 4000)
    at = text.find(quote, start, limit)
    while at > start and len(quote) == 1 and text[at - 1] == "\\" and text[at - 2] != "\\":
        at = text.find(quote, at + 1, limit)
    if at < 0 or (len(quote) < 3 and "\n" in text[start:at]):
        return start, start
    return start, at


def _block(text: str, at: int) -> tuple[int, int]:
    """The first line of a YAML block."""
    line_end = text.find("\n", at, at + 20)
    if line_end < 0:
        return at, at
    start = line_end + 1
    while start < len(text) and text[start] in " \t":
        start += 1
    return start, _run(text, start, " \t\r\n")


def _run(text: str, start: int, stops: str) -> int:
    end = start
    limit = min(len(text), start + 2000)
    while end < limit and text[end] not in stops:
        end += 1
    return end


def _goes_on(text: str, end: int) -> bool:
    """Whether more words follow on the line: then it is a sentence and not a value."""
    rest = text[end : end + 60].split("\n", 1)[0].strip(" \t\r,;\"'}])")
    return bool(rest) and not rest.startswith("#")


def _judged(text: str, start: int, end: int, name: str, manner: _Manner, part: str) -> Iterator[Finding]:
    finding = judge_piece(text, Piece(start, end, part, name), Place(file=manner.file))
    if finding is None:
        return
    if (
        manner.prose
        and finding.kind == "password"
        and not looks_random(text[finding.start : finding.end].strip())
    ):
        return
    yield finding


def _spoken(text: str, manner: _Manner) -> Iterator[Finding]:
    """What is said in URLs, headers and commands."""
    for found in _URL.finditer(text) if "://" in text else ():
        yield from _piece(text, Piece(*found.span("password"), "url-userinfo", found["user"]), manner)
    for found in _TOKEN_URL.finditer(text) if "://" in text else ():
        yield from _piece(text, Piece(*found.span("user"), "bearer", "token"), manner)
    for found in _SCHEME.finditer(text):
        scheme = found["scheme"].lower()
        if scheme in ("bearer", "basic") or _AUTHORIZATION.search(
            text, max(0, found.start() - 40), found.start()
        ):
            part = "basic" if scheme == "basic" else "bearer"
            yield from _piece(text, Piece(*found.span("value"), part, "token"), manner)
    for found in _CURL_USER.finditer(text):
        yield from _piece(text, Piece(*found.span("value"), "basic", "--user"), manner)
    for found in _COOKIE.finditer(text):
        for pair in _COOKIE_PAIR.finditer(text, *found.span("value")):
            yield from _piece(
                text, Piece(*pair.span("value"), f"cookie:{pair['name']}", pair["name"]), manner
            )


def _by_file(text: str, manner: _Manner) -> Iterator[Finding]:
    """What only the kind of file makes a secret."""
    if manner.file.endswith(("netrc", ".authinfo")):
        for found in _NETRC.finditer(text):
            yield from _piece(text, Piece(*found.span("value"), "value", "password"), manner)
    if manner.file.endswith("pgpass") or manner.file == "pgpass.conf":
        for found in _PGPASS.finditer(text):
            yield from _piece(text, Piece(*found.span("value"), "value", "password"), manner)
    for found in _WORDED.finditer(text):
        name = found["name"] or "password"
        start, end = _value_at(text, found.end(), manner, " ", found.start(), option=True)
        if end > start and role_of(name):
            strict = _Manner(manner.bare, True, manner.file)
            yield from _judged(text, start, end, name, strict, "value")
    if _KUBERNETES.search(text):
        yield from _kubernetes(text)


def _kubernetes(text: str) -> Iterator[Finding]:
    begin = 0
    for document in re.split(r"(?m)(^---)", text):
        if _KUBERNETES.search(document):
            inside = False
            for line in re.finditer(r"[^\n]*\n?", document):
                if line[0][:1] not in (" ", "\t", "\n", "\r", "#", ""):
                    inside = line[0].startswith("data:")
                found = _DATA_LINE.match(line[0].rstrip("\n")) if inside else None
                if found is not None:
                    at = begin + line.start()
                    finding = kubernetes_finding(found["value"], found["name"], at + found.start("value"))
                    if finding is not None:
                        yield finding
        begin += len(document)


def _piece(text: str, piece: Piece, manner: _Manner) -> Iterator[Finding]:
    finding = judge_piece(text, piece, Place(file=manner.file))
    if finding is not None:
        yield finding


def _spans(text: str, found: list[Finding]) -> tuple[Span, ...]:
    return tuple(
        Span(
            one.start,
            one.end,
            one.kind,
            safe_part(one.part, text[one.start : one.end]),
            one.confidence,
            one.vendor,
        )
        for one in without_overlaps(found)
    )
