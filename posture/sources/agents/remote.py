"""Remote ends that a text names: hosts, ports and databases, with nothing dialled."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from msgspec import Struct

from posture.model import keys

PORTS = {
    "http": 80,
    "https": 443,
    "ws": 80,
    "wss": 443,
    "grpc": 443,
    "grpcs": 443,
    "sse": 443,
    "postgres": 5432,
    "postgresql": 5432,
    "mysql": 3306,
    "mariadb": 3306,
    "redis": 6379,
    "rediss": 6379,
    "mongodb": 27017,
    "mssql": 1433,
    "sqlserver": 1433,
    "oracle": 1521,
    "cockroachdb": 26257,
    "clickhouse": 9000,
    "clickhousedb": 8123,
    "redshift": 5439,
    "snowflake": 443,
    "neo4j": 7687,
    "bolt": 7687,
    "cassandra": 9042,
    "couchbase": 11210,
    "elasticsearch": 9200,
    "opensearch": 9200,
    "influxdb": 8086,
    "amqp": 5672,
    "amqps": 5671,
    "kafka": 9092,
    "nats": 4222,
    "mqtt": 1883,
    "mqtts": 8883,
    "ldap": 389,
    "ldaps": 636,
    "ssh": 22,
    "sftp": 22,
    "ftp": 21,
    "ftps": 990,
    "smtp": 25,
    "smtps": 465,
    "imaps": 993,
}
"""Schemes that lead to a host, with the port that holds where none is written."""

DATABASES = frozenset(
    {
        "postgres",
        "postgresql",
        "mysql",
        "mariadb",
        "redis",
        "rediss",
        "mongodb",
        "mssql",
        "sqlserver",
        "oracle",
        "cockroachdb",
        "clickhouse",
        "clickhousedb",
        "redshift",
        "snowflake",
        "neo4j",
        "bolt",
        "cassandra",
        "couchbase",
        "elasticsearch",
        "opensearch",
        "influxdb",
    }
)
_CLEAR = frozenset({"http", "ws", "ftp", "ldap", "smtp", "mqtt", "amqp", "redis"})

_DEFAULTED = re.compile(r"\$\{[A-Za-z_][\w.]*:?-([^{}]*)\}")
_POINTER = re.compile(r"\$\{\{[^{}]*\}\}|\$\{[^{}]*\}|\{\{[^{}]*\}\}|%[A-Za-z_]\w*%|\$[A-Za-z_]\w*")
_UNKNOWN = "\x01"
_URL = re.compile(
    r"(?i)\b(?P<scheme>[a-z][a-z0-9]{1,20})(?:\+[a-z0-9_]{1,20})?://(?P<authority>[^\s/?#\"'<>`\\|]{1,600})"
    r"(?P<rest>[^\s\"'<>`\\]*)"
)
_SERVER = re.compile(
    r"(?i)(?:^|[;\s])[ ]{0,4}(?P<key>server|data source|host)[ ]{0,4}=[ ]{0,4}(?:tcp:)?"
    r"(?P<host>[\w.\-]{1,253})(?:\\[\w$]{1,60})?(?:,[ ]?(?P<port>\d{1,5}))?(?=[;\s]|\Z)"
)
_ENTRY = re.compile(r"([A-Za-z][A-Za-z_ ]{0,30}?)[ ]{0,4}=[ ]{0,4}([^;\s]{1,200})")
_SIGNS_IN = frozenset(
    {
        "user id",
        "userid",
        "user",
        "uid",
        "username",
        "password",
        "pwd",
        "initial catalog",
        "integrated security",
    }
)
_HOST = re.compile(r"[A-Za-z0-9_{}](?:[A-Za-z0-9._{}-]{0,252}[A-Za-z0-9_{}])?")


class Remote(Struct, frozen=True):
    """One remote end."""

    scheme: str
    host: str
    port: int
    database: str = ""
    template: bool = False
    """Whether part of the host is to be filled in."""
    span: tuple[int, int] = (0, 0)

    @property
    def end(self) -> str:
        """host:port."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def cleartext(self) -> bool:
        """Whether what is sent there can be read on the way."""
        return self.scheme in _CLEAR

    @property
    def loopback(self) -> bool:
        """Whether it never leaves the machine."""
        if self.host.lower() in ("localhost", "host.docker.internal", "ip6-localhost") or self.host.endswith(
            ".localhost"
        ):
            return True
        address = _address(self.host)
        return address is not None and (address.is_loopback or address.is_unspecified)

    @property
    def inside(self) -> bool:
        """Whether the address itself shows that it is not on the public network."""
        address = _address(self.host)
        if address is not None:
            return address.is_private or address.is_link_local
        return self.loopback or self.host.endswith((".svc", ".svc.cluster.local")) or "." not in self.host

    def key(self, root: str) -> str:
        """Key of the system; what is on the machine itself belongs to `root` and to nobody else."""
        end = f"{root}/{self.end}" if self.loopback else self.end
        if self.scheme in DATABASES:
            return f"database:{end}" + (f"/{self.database}" if self.database else "")
        return keys.external_system(end)


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def remotes(text: str) -> Iterator[Remote]:
    """Every remote end in `text`; a host that only a variable names is left out."""
    if "://" not in text:
        yield from _connected(text[:20_000]) if "=" in text else ()
        return
    plain = _POINTER.sub(_UNKNOWN, _DEFAULTED.sub(lambda found: found[1], text[:20_000]))
    for found in _URL.finditer(plain):
        scheme = found["scheme"].lower()
        if scheme not in PORTS:
            continue
        authority, rest = found["authority"], found["rest"]
        # A password may hold a slash or an @: the last one before the path ends the user information.
        if "@" in rest and "@" not in authority and rest.startswith("/") is False:
            authority += rest
        for host, port in _ends(authority.rpartition("@")[2]):
            if _UNKNOWN in host or not host:
                continue
            name = rest.partition("?")[0].strip("/") if scheme in DATABASES else ""
            yield Remote(
                scheme,
                host.lower(),
                port or PORTS[scheme],
                "" if _UNKNOWN in name else name[:120],
                "{" in host,
                found.span(),
            )


def _connected(text: str) -> Iterator[Remote]:
    """The server of a connection string, which has entries and no scheme."""
    found = _SERVER.search(text)
    given = {key.lower(): value for key, value in _ENTRY.findall(text)} if found is not None else {}
    if found is None or not _SIGNS_IN & set(given):
        return
    scheme = "postgresql" if found["key"].lower() == "host" else "mysql" if "uid" in given else "sqlserver"
    name = next((given[key] for key in ("database", "initial catalog", "dbname") if key in given), "")
    for host, port in _ends(found["host"]):
        port = _port(found["port"] or given.get("port", "")) or port or PORTS[scheme]
        yield Remote(scheme, host.lower(), port, name[:120], span=(0, len(text)))


def _ends(text: str) -> Iterator[tuple[str, int]]:
    for part in text.split(","):
        if part.startswith("["):
            host, _, rest = part[1:].partition("]")
            if _address(host) is not None:
                yield host, _port(rest.lstrip(":"))
            continue
        host, _, port = part.partition(":")
        host = host.rstrip(".;)")
        if _HOST.fullmatch(host):
            yield host, _port(port)


def _port(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and 0 < int(text[:6]) < 65536 else 0


def bare(text: str, scheme: str = "grpc") -> Remote | None:
    """`host:port` without a scheme, as some fields write it."""
    for host, port in _ends(text.strip()):
        if port and "." in host:
            return Remote(scheme, host.lower(), port)
    return None
