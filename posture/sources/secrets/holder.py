"""Holds a secret value while equal values have to be told from different ones, and shows it to nobody."""

import hashlib
import hmac
import secrets
from typing import Any, NoReturn

from posture.sources.secrets.findings import length_class

_KEY_BYTES = 32


class Secret:
    """A value that cannot be printed, formatted, pickled or compared by its text."""

    __slots__ = ("__value",)

    def __init__(self, value: str) -> None:
        self.__value = value

    @property
    def length(self) -> str:
        return length_class(len(self.__value))

    def keyed_digest(self, key: bytes) -> bytes:
        return hmac.digest(key, self.__value.encode("utf-8", "surrogatepass"), hashlib.sha256)

    def __repr__(self) -> str:
        return "Secret(hidden)"

    __str__ = __repr__

    def __format__(self, _spec: str) -> str:
        return repr(self)

    def __copy__(self) -> "Secret":
        return self

    def __deepcopy__(self, _memo: Any) -> "Secret":
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret value is never written")


class Fingerprint:
    """Equal for equal values under one key. Lives in memory only: it is no column and is never written."""

    __slots__ = ("__digest",)

    def __init__(self, digest: bytes) -> None:
        self.__digest = digest

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Fingerprint):
            return NotImplemented
        return hmac.compare_digest(self.__digest, other.__digest)

    def __hash__(self) -> int:
        return hash(self.__digest)

    def __repr__(self) -> str:
        return "Fingerprint(hidden)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a fingerprint is never written")


class Fingerprints:
    """Makes fingerprints under one key: the workspace's, or a random one that dies with the run."""

    __slots__ = ("__key",)

    def __init__(self, key: bytes | None = None) -> None:
        if key is not None and len(key) < _KEY_BYTES:
            raise ValueError(f"a fingerprint key has at least {_KEY_BYTES} bytes")
        self.__key = key if key is not None else secrets.token_bytes(_KEY_BYTES)

    def of(self, secret: Secret) -> Fingerprint:
        return Fingerprint(secret.keyed_digest(self.__key))

    def __repr__(self) -> str:
        return "Fingerprints(hidden)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a fingerprint key is never written from here")
