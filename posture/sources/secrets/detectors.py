"""Asks detect-secrets' detectors about one value, for vendors' shapes that our own table lacks.

Only the regular expressions of its detectors are used: no filter, no allow-list, no verification. The package
is imported at the first value that gets this far: it costs a tenth of a second and brings an HTTP client.
"""

import re
from functools import lru_cache
from importlib import import_module
from typing import NamedTuple

_LONGEST = 400

# Detectors whose shape is telling for a whole value; those that match any word or any address are left out.
_DETECTORS = (
    ("aws", "AWSKeyDetector", "aws", "aws_access_key_id"),
    ("discord", "DiscordBotTokenDetector", "discord", "generic_api_key"),
    ("github_token", "GitHubTokenDetector", "github", "github_token"),
    ("gitlab_token", "GitLabTokenDetector", "gitlab", "gitlab_token"),
    ("mailchimp", "MailchimpDetector", "mailchimp", "generic_api_key"),
    ("openai", "OpenAIDetector", "openai", "openai_api_key"),
    ("pypi_token", "PypiTokenDetector", "pypi", "generic_api_key"),
    ("sendgrid", "SendGridDetector", "sendgrid", "generic_api_key"),
    ("slack", "SlackDetector", "slack", "slack_token"),
    ("square_oauth", "SquareOAuthDetector", "square", "generic_api_key"),
    ("stripe", "StripeDetector", "stripe", "stripe_key"),
    ("telegram_token", "TelegramBotTokenDetector", "telegram", "generic_api_key"),
    ("twilio", "TwilioKeyDetector", "twilio", "generic_api_key"),
)


class Known(NamedTuple):
    kind: str
    vendor: str


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[Known, re.Pattern[str]], ...]:
    loaded: list[tuple[Known, re.Pattern[str]]] = []
    for module, detector, vendor, kind in _DETECTORS:
        cls = getattr(import_module(f"detect_secrets.plugins.{module}"), detector)
        loaded.extend((Known(kind, vendor), pattern) for pattern in cls.denylist)
    return tuple(loaded)


def kind_of(value: str) -> Known | None:
    """The vendor whose shape the whole value has. Short values only: no foreign expression may run long."""
    if not 16 <= len(value) <= _LONGEST:
        return None
    return next((known for known, pattern in _patterns() if pattern.fullmatch(value)), None)
