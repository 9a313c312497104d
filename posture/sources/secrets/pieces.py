"""Cuts one value into what can be a secret by itself: parts of URLs, arguments, headers, commands."""

import re
from collections.abc import Iterator
from functools import lru_cache

from posture.sources.secrets.commands import command_pieces
from posture.sources.secrets.findings import Piece, Place
from posture.sources.secrets.names import role_of
from posture.sources.secrets.references import references

LONGEST_CUT = 20_000

_USERINFO = re.compile(
    r"[A-Za-z][A-Za-z0-9+.\-]{1,30}://(?P<user>[^\s/:@?#\"'<>|]{0,200})(?::(?P<password>[^\s\"'<>|]{1,400}?))?@"
    r"(?=[A-Za-z0-9_.\-\[$%{]{1,255})"
)
_TOKEN = re.compile(r"[A-Za-z0-9_\-]{20,200}")
_SENTRY = re.compile(r"o\d{1,12}\.ingest|[a-z.]{0,20}sentry")
_QUERY = re.compile(r"[?&;](?P<name>[A-Za-z_][\w.\-]{0,80})=(?P<value>[^&#\s\"'<>;)]{1,4000})")
_SCHEME = re.compile(
    r"(?i)\b(?P<scheme>bearer|basic|token|apikey|api-key|splunk|key|ghs|glpat|sso-key|oauth"
    r"|bot)[ \t]{1,4}(?:token=)?\"?"
    r"(?P<value>[^\s\"',;\\]{4,8000})"
)
_HEADER = re.compile(
    r"(?P<name>[A-Za-z][A-Za-z0-9\-]{1,60})[ \t]{0,4}:[ \t]{0,4}(?P<value>[^\r\n\"'\\]{1,8000})"
)
_ASSIGNED = re.compile(
    r"(?<![\w.\-])(?P<dashes>-{0,2})(?P<name>[A-Za-z_][\w.\-]{0,80})=(?:\"(?P<double>[^\"]{1,4000})\"|'(?P<single>[^']{1,4000})'|"
    r"(?P<bare>[^\s\"'&;|)]{1,4000}))"
)
_OPTION = re.compile(
    r"(?<![\w\-])(?P<name>-{1,2}[A-Za-z][\w\-]{0,60})[ \t]{1,4}(?:\"(?P<double>[^\"\n]{1,4000})\""
    r"|'(?P<single>[^'\n]{1,4000})'|"
    r"(?P<bare>[^\s\"'\-][^\s\"']{0,4000}))"
)
_CONNECTION = re.compile(
    r"(?i)(?:^|;)[ \t]{0,4}(?P<name>password|pwd|accountkey|sharedaccesskey|sharedsecret"
    r"|sharedsecretvalue|accesskey|secret|"
    r"user password|sharedaccesssignature)[ \t]{0,4}=[ \t]{0,4}(?P<value>[^;\"']{1,2000})"
)
_COOKIE = re.compile(r"(?P<name>[A-Za-z_][\w.\-]{0,80})=(?P<value>[^;\s,\"]{1,4000})")
_MEMBER = re.compile(
    r"\\?\"(?P<name>[A-Za-z_][\w.\-]{0,80})\\?\"[ \t]{0,10}:[ \t]{0,10}\\?\"(?P<value>[^\"\\]{4,4000})\\?\""
)
_USER = frozenset(("-u", "--user", "--userpwd", "--basic-auth", "--proxy-user", "--auth"))
_HEADER_OPTIONS = frozenset(("-h", "--header", "--headers", "--http-header"))
_HEADER_NAMES = frozenset(("authorization", "proxy-authorization", "x-authorization", "authentication"))
_COOKIE_NAMES = frozenset(("cookie", "set-cookie"))


def split(value: str, place: Place) -> tuple[Piece, ...]:
    """The pieces of a value, with offsets in it and the part that names them. The whole is not among them."""
    if len(value) < 6:
        return ()
    return tuple(_pieces(value[:LONGEST_CUT], place))


def _pieces(text: str, place: Place) -> Iterator[Piece]:
    if "\\ " in text:
        # A shell reads an escaped blank as one: it parts words, and every offset stays where it is.
        text = text.replace("\\ ", "  ")
    for reference in references(text) if "${" in text else ():
        if reference.default is not None and reference.default[1] > reference.default[0]:
            yield Piece(*reference.default, f"default:{reference.name}", place.key or reference.name)
    if "://" in text:
        yield from _url_pieces(text)
    if ";" in text or "ccountKey=" in text:
        yield from connection_pieces(text)
    name = place.key.lower().strip("-")
    if name in _COOKIE_NAMES:
        yield from _cookie_pieces(text, 0)
    elif place.part == "header" or name in _HEADER_NAMES:
        yield from _authorization_pieces(text, 0, scheme_needed=name not in _HEADER_NAMES)
    elif place.key.lower() in _HEADER_OPTIONS:
        yield from _header_pieces(text, 0)
    elif place.key.lower() in _USER and ":" in text and "://" not in text:
        yield Piece(0, len(text), "basic", place.key)
    else:
        yield from _command_pieces(text, place)


def _url_pieces(text: str) -> Iterator[Piece]:
    for found in _USERINFO.finditer(text):
        if found["password"] is not None:
            # A password may hold an @: the last one before the host ends it.
            yield Piece(*found.span("password"), "url-userinfo", found["user"])
        elif found["user"]:
            # A long user without a password is mostly a token; the key of a Sentry address is public.
            token = _TOKEN.fullmatch(found["user"]) and not _SENTRY.match(text, found.end())
            yield Piece(*found.span("user"), "url-user", "token" if token else "")
    for found in _QUERY.finditer(text):
        if _secret_query(found["name"], text):
            yield Piece(*found.span("value"), f"query:{found['name']}", _query_key(found["name"]))


def _secret_query(name: str, text: str) -> bool:
    lowered = name.lower()
    return (
        bool(role_of(name))
        or lowered in ("key", "auth", "code")
        or (lowered == "sig" and ("sv=" in text or "se=" in text))
    )


def _query_key(name: str) -> str:
    return "api_key" if name.lower() in ("key", "auth", "sig", "code") else name


def connection_pieces(text: str) -> Iterator[Piece]:
    """What signs in, out of the entries that semicolons part in a connection string."""
    for found in _CONNECTION.finditer(text):
        yield Piece(*found.span("value"), f"connection:{found['name'].lower()}", found["name"])


def _authorization_pieces(text: str, offset: int, scheme_needed: bool = False) -> Iterator[Piece]:
    found = _SCHEME.match(text.lstrip())
    shift = offset + len(text) - len(text.lstrip())
    if found is None:
        if not scheme_needed and text.strip() and " " not in text.strip():
            yield Piece(shift, shift + len(text.strip()), "bearer", "token")
        return
    part = "basic" if found["scheme"].lower() == "basic" else "bearer"
    yield Piece(shift + found.start("value"), shift + found.end("value"), part, "token")


def _cookie_pieces(text: str, offset: int) -> Iterator[Piece]:
    for found in _COOKIE.finditer(text):
        yield Piece(
            offset + found.start("value"),
            offset + found.end("value"),
            f"cookie:{found['name']}",
            found["name"],
        )


def _header_pieces(text: str, offset: int) -> Iterator[Piece]:
    for found in _HEADER.finditer(text):
        start, name = offset + found.start("value"), found["name"]
        lowered = name.lower()
        if lowered in _HEADER_NAMES:
            yield from _authorization_pieces(found["value"], start)
        elif lowered in _COOKIE_NAMES:
            yield from _cookie_pieces(found["value"], start)
        elif role_of(name):
            value = found["value"].strip()
            yield Piece(start, start + len(value), f"header:{name}", name)


def _command_pieces(text: str, place: Place) -> Iterator[Piece]:
    """Options, assignments and headers of a remembered command, of one argument, or of any text like it."""
    for found in _ASSIGNED.finditer(text):
        if found.start() and text[found.start() - 1] in "?&":
            continue
        group = _filled(found)
        if role_of(found["name"]) or found["dashes"] + found["name"] == "--key":
            kind = "argument" if found["dashes"] else "env-assignment"
            shown = found["dashes"] + found["name"]
            yield Piece(*found.span(group), f"{kind}:{shown}", found["name"])
        elif (found["dashes"] + found["name"]).lower() in _HEADER_OPTIONS:
            yield from _header_pieces(found[group], found.start(group))
        elif found["dashes"] and (inner := _ASSIGNED.match(found[group])) is not None:
            # `--env=NAME=value`: the option's value is an assignment itself.
            start, end = inner.span(_filled(inner))
            if role_of(inner["name"]):
                shift = found.start(group)
                yield Piece(shift + start, shift + end, f"env-assignment:{inner['name']}", inner["name"])
    for found in _MEMBER.finditer(text) if '"' in text and ":" in text else ():
        if role_of(found["name"]):
            yield Piece(*found.span("value"), f"value:{found['name']}", found["name"])
    if " -" in text or text.startswith("-"):
        yield from _option_pieces(text)
        yield from command_pieces(text)
    if "uthorization" in text or "earer " in text or (": " in text and place.part in ("argument", "rule")):
        yield from _spoken_headers(text)


def _option_pieces(text: str) -> Iterator[Piece]:
    for found in _OPTION.finditer(text):
        name = found["name"]
        group = _filled(found)
        if name.lower() in _HEADER_OPTIONS:
            yield from _header_pieces(found[group], found.start(group))
        elif name.lower() in _USER and ":" in found[group] and "://" not in found[group]:
            yield Piece(*found.span(group), "basic", name)
        elif role_of(name.lstrip("-")) or name == "--key":
            yield Piece(*found.span(group), f"argument:{name}", name.lstrip("-"))


def _spoken_headers(text: str) -> Iterator[Piece]:
    for found in _SPOKEN.finditer(text):
        yield from _header_pieces(found[0], found.start())
    for found in _BEARER.finditer(text):
        yield Piece(*found.span("value"), "bearer", "token")


_SPOKEN = re.compile(
    r"(?i)(?<![\w\-])(?:authorization|proxy-authorization|cookie|[a-z\-]{0,30}(?:key|token|secret|auth)):[^\r\n\"'\\]{1,8000}"
)
_BEARER = re.compile(r"(?<![\w\-])[Bb]earer[ \t]{1,4}(?P<value>[^\s\"',;\\<>]{8,8000})")


def _filled(found: re.Match[str]) -> str:
    return next(group for group in ("double", "single", "bare") if found[group] is not None)


@lru_cache(maxsize=1024)
def option_key(argument: str) -> str:
    """The name of an option whose value is the next argument; empty if the argument is no such option."""
    if not argument.startswith("-") or "=" in argument or len(argument) > 80:
        return ""
    return argument
