"""Which kind of credential a detector's word stands for: maybe more general than it, never another's."""

import re

_KINDS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), kind)
    for pattern, kind in (
        ("private_key|pem", "private-key"),
        ("service_account", "service-account-key"),
        ("session|cookie", "session"),
        ("aws_(?:access|secret)", "access-key"),
        ("(?:^|_)pat(?:$|_)|personal", "personal-token"),
        ("database|connection|dsn|jdbc", "database-password"),
        ("password|passwd|basic", "password"),
        ("token|jwt|bearer", "token"),
        ("certificate", "certificate"),
        ("key", "api-key"),
    )
)


def kind_of(word: str) -> str:
    """`word` is the kind of a finding, or the shape that a collector left in place of a value."""
    return next((kind for pattern, kind in _KINDS if pattern.search(word)), "unknown")
