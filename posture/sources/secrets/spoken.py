"""Finds secrets that are said in URLs, headers and commands, and by the rules of a few kinds of file."""

import re
from collections.abc import Iterator

from posture.sources.secrets.commands import call_pieces, command_pieces
from posture.sources.secrets.findings import Finding, Piece
from posture.sources.secrets.manners import Manner
from posture.sources.secrets.pieces import connection_pieces
from posture.sources.secrets.values import judged_in

_URL = re.compile(
    r"(?<![A-Za-z0-9+.])[A-Za-z][A-Za-z0-9+.\-]{1,30}://(?P<user>[^\s/:@?#\"'<>|,`]{0,200}):(?P<password>[^\s\"'<>|/`][^\s\"'<>|`]{0,300}?)@(?=[A-Za-z0-9_.\-\[$%{])"
)
_TOKEN_URL = re.compile(
    r"(?<![A-Za-z0-9+.\-])https?://(?P<user>[A-Za-z0-9_\-]{20,200})@(?!o\d{1,12}\.ingest|[a-z.]{0,20}sentry)(?=[A-Za-z0-9.\-]{3})"
)
_SCHEME = re.compile(
    r"(?i)(?<![\w\-])(?P<scheme>bearer|basic|token|apikey|api-key|splunk)[ \t]{1,4}"
    r"(?P<value>[^\s\"',;\\<>`]{8,8000})"
)
_AUTHORIZATION = re.compile(r"(?i)authorization(?:\\?[\"'])?[ \t]{0,4}[:=][ \t]{0,4}(?:\\?[\"'])?[ \t]{0,4}")
_CURL_USER = re.compile(
    r"(?<![\w\-])(?:-u|--user)[ \t=]{1,4}[\"']?(?P<value>[^\s\"':]{1,100}:[^\s\"']{3,200})"
)
_PGPASS = re.compile(
    r"(?m)^[^:\s#]{1,200}:(?:\d{1,5}|\*):[^:\s]{1,100}:[^:\s]{1,100}:(?P<value>[^\s]{3,200})$"
)
_NETRC = re.compile(r"(?im)(?:^|(?<=\s))password[ \t\r\n]{1,20}(?P<value>[^\s\"'#]{3,200})")
_REDIS = re.compile(r"(?m)^[ \t]{0,20}(?:requirepass|masterauth)[ \t]{1,20}\"?(?P<value>[^\s\"]{3,200})")
_COOKIE = re.compile(
    r"(?i)(?<![\w\-])(?:set-)?cookie(?:\\?[\"'])?[ \t]{0,4}:[ \t]{0,4}(?P<value>[^\r\n\"'\\]{1,4000})"
)
_COOKIE_PAIR = re.compile(r"(?P<name>[A-Za-z_][\w.\-]{0,60})=(?P<value>[^;\s,\"]{16,2000})")


def spoken(text: str, manner: Manner) -> Iterator[Finding]:
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
    yield from _by_file(text, manner)
    for piece in (*command_pieces(text), *(call_pieces(text) if "(" in text or "-Secure" in text else ())):
        yield from _piece(text, piece, manner)
    if ";" in text:
        # Program text takes a connection string as one literal.
        for piece in connection_pieces(text):
            yield from _piece(text, piece, manner)
    for found in _CURL_USER.finditer(text):
        yield from _piece(text, Piece(*found.span("value"), "basic", "--user"), manner)
    for found in _COOKIE.finditer(text):
        for pair in _COOKIE_PAIR.finditer(text, *found.span("value")):
            yield from _piece(
                text, Piece(*pair.span("value"), f"cookie:{pair['name']}", pair["name"]), manner
            )


def _by_file(text: str, manner: Manner) -> Iterator[Finding]:
    """What only the kind of file makes a secret."""
    if manner.file.endswith(("netrc", ".authinfo")):
        patterns: tuple[re.Pattern[str], ...] = (_NETRC,)
    elif manner.file.endswith(("pgpass", "pgpass.conf")):
        patterns = (_PGPASS,)
    elif manner.file.endswith(".conf"):
        patterns = (_REDIS,)
    else:
        patterns = ()
    for pattern in patterns:
        for found in pattern.finditer(text):
            yield from _piece(text, Piece(*found.span("value"), "value", "password"), manner)


def _piece(text: str, piece: Piece, manner: Manner) -> Iterator[Finding]:
    finding = judged_in(text, piece, manner)
    if finding is not None:
        yield finding
