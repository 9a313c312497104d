"""Builds fake secrets at run time from vendors' shapes, a FAKEDnn mark and random filler."""

import base64
import random
import re
import string
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

PLAIN = string.ascii_letters + string.digits
LETTERS = string.ascii_letters
UPPER = string.ascii_uppercase + string.digits
LOWER = string.ascii_lowercase + string.digits
HEX = "0123456789abcdef"
WORDY = PLAIN + "-_"
B64 = PLAIN + "+/"


class Fake(NamedTuple):
    name: str
    kind: str
    value: str


class Filler:
    """Random text of a seed, so that a failing case can be made again."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._marks = 0

    def text(self, size: int, alphabet: str = PLAIN) -> str:
        return "".join(self._random.choices(alphabet, k=size))

    def marked(self, size: int, alphabet: str = PLAIN) -> str:
        """Filler that starts with the next mark, where there is room for one."""
        self._marks = self._marks % 99 + 1
        mark = f"FAKED{self._marks:02d}"
        return (
            mark + self.text(size - len(mark), alphabet)
            if size > len(mark) + 8
            else self.text(size, alphabet)
        )

    def uuid(self) -> str:
        return "-".join(self.text(size, HEX) for size in (8, 4, 4, 4, 12))

    def jwt(self) -> str:
        header = base64.urlsafe_b64encode(b'{"alg":"HS256","typ":"JWT"}').decode().rstrip("=")
        body = base64.urlsafe_b64encode(f'{{"sub":"{self.marked(20)}"}}'.encode()).decode().rstrip("=")
        return f"{header}.{body}.{self.text(43, WORDY[:-2])}"

    def pem(self, label: str = "RSA ", newline: str = "\n") -> str:
        lines = [self.text(64, B64) for _ in range(8)]
        return newline.join(
            (f"-----BEGIN {label}PRIVATE KEY-----", *lines, f"-----END {label}PRIVATE KEY-----")
        )


def vendor_tokens(filler: Filler) -> Iterator[Fake]:
    """One token of every vendor whose shape is known, under the name of a variable that would hold it."""
    m, t = filler.marked, filler.text
    yield Fake("GITHUB_PAT", "github_pat", "ghp_" + m(36))
    yield Fake("GITHUB_FINE_GRAINED_PAT", "github_pat", "github_pat_" + m(22) + "_" + t(59))
    yield Fake("GITHUB_OAUTH", "github_token", "gho_" + m(36))
    yield Fake("GITHUB_APP_TOKEN", "github_token", "ghs_" + m(36))
    yield Fake("GITLAB_PAT", "gitlab_pat", "glpat-" + m(20))
    yield Fake("GITLAB_PAT_ROUTABLE", "gitlab_pat", "glpat-" + m(27) + "." + t(9, LOWER))
    yield Fake("GITLAB_RUNNER_TOKEN", "gitlab_token", "glrt-" + m(20))
    yield Fake("GITLAB_DEPLOY_TOKEN", "gitlab_token", "gldt-" + m(20))
    yield Fake("GITLAB_TRIGGER_TOKEN", "gitlab_token", "glptt-" + t(40, HEX))
    yield Fake(
        "SLACK_BOT_TOKEN", "slack_token", f"xoxb-{t(12, string.digits)}-{t(12, string.digits)}-{m(24)}"
    )
    yield Fake(
        "SLACK_USER_TOKEN",
        "slack_token",
        f"xoxp-{t(12, string.digits)}-{t(12, string.digits)}-{t(13, string.digits)}-{t(32, HEX)}",
    )
    yield Fake(
        "SLACK_APP_TOKEN", "slack_token", f"xapp-1-A{m(10, UPPER)}-{t(13, string.digits)}-{t(64, HEX)}"
    )
    yield Fake(
        "SLACK_WEBHOOK",
        "webhook_url",
        f"https://hooks.slack.com/services/T{t(8, UPPER)}/B{t(8, UPPER)}/{m(24)}",
    )
    yield Fake("ANTHROPIC_API_KEY", "anthropic_api_key", "sk-ant-api03-" + m(93, WORDY) + "AA")
    yield Fake("OPENAI_API_KEY", "openai_api_key", "sk-proj-" + m(74, WORDY) + "T3BlbkFJ" + t(74, WORDY[:-2]))
    yield Fake("OPENAI_LEGACY_KEY", "openai_api_key", "sk-" + m(20) + "T3BlbkFJ" + t(20))
    yield Fake("AWS_ACCESS_KEY_ID", "aws_access_key_id", "AKIA" + m(16, UPPER))
    yield Fake("AWS_SECRET_ACCESS_KEY", "aws_secret_access_key", m(40, B64))
    yield Fake("GCP_API_KEY", "google_api_key", "AIza" + m(35, WORDY[:-2]))
    yield Fake("GCP_REFRESH_TOKEN", "google_oauth_token", "1//0" + m(60, WORDY[:-2]))
    yield Fake("GOOGLE_OAUTH_TOKEN", "google_oauth_token", "ya29." + m(120, WORDY[:-2]))
    yield Fake("GOOGLE_CLIENT_SECRET", "google_oauth_secret", "GOCSPX-" + m(28, WORDY[:-2]))
    yield Fake("AZURE_CLIENT_SECRET", "azure_client_secret", t(3) + t(1, string.digits) + "Q~" + m(34))
    yield Fake("AZURE_STORAGE_KEY", "generic_api_key", m(86, B64) + "==")
    yield Fake("STRIPE_LIVE_KEY", "stripe_key", "sk_live_" + m(24))
    yield Fake("STRIPE_RESTRICTED_KEY", "stripe_key", "rk_live_" + m(24))
    yield Fake("STRIPE_WEBHOOK_SECRET", "generic_api_key", "whsec_" + m(32))
    yield Fake("SENDGRID_TOKEN", "generic_api_key", f"SG.{m(22)}.{t(43, WORDY[:-2])}")
    yield Fake("MAILGUN_KEY", "generic_api_key", "key-" + t(32, HEX))
    yield Fake("MAILCHIMP_KEY", "generic_api_key", t(32, HEX) + "-us12")
    yield Fake("TWILIO_API_KEY", "generic_api_key", "SK" + t(32, HEX))
    yield Fake("NPM_TOKEN", "generic_api_key", "npm_" + m(36))
    yield Fake("PYPI_TOKEN", "generic_api_key", "pypi-AgEIcHlwaS5vcmc" + m(120, WORDY[:-2]))
    yield Fake("RUBYGEMS_KEY", "generic_api_key", "rubygems_" + t(48, HEX))
    yield Fake("DOCKER_PAT", "generic_api_key", "dckr_pat_" + m(27))
    yield Fake("DIGITALOCEAN_TOKEN", "generic_api_key", "dop_v1_" + t(64, HEX))
    yield Fake("DATABRICKS_TOKEN", "generic_api_key", "dapi" + t(32, HEX))
    yield Fake("HUGGINGFACE_TOKEN", "generic_api_key", "hf_" + t(34, LETTERS))
    yield Fake("PULUMI_TOKEN", "generic_api_key", "pul-" + t(40, HEX))
    yield Fake("PERPLEXITY_TOKEN", "generic_api_key", "pplx-" + m(48))
    yield Fake("POSTMAN_TOKEN", "generic_api_key", f"PMAK-{t(24, HEX)}-{t(34, HEX)}")
    yield Fake("SHOPIFY_TOKEN", "generic_api_key", "shpat_" + t(32, HEX))
    yield Fake("LINEAR_TOKEN", "generic_api_key", "lin_api_" + m(40))
    yield Fake("NOTION_TOKEN", "generic_api_key", "ntn_" + t(11, string.digits) + m(35))
    yield Fake("VAULT_TOKEN", "generic_api_key", "hvs." + m(95))
    yield Fake("TERRAFORM_CLOUD_TOKEN", "generic_api_key", t(14) + ".atlasv1." + m(67))
    yield Fake("DOPPLER_TOKEN", "generic_api_key", "dp.pt." + m(43))
    yield Fake("DYNATRACE_TOKEN", "generic_api_key", f"dt0c01.{m(24, UPPER)}.{t(64, UPPER)}")
    yield Fake("GRAFANA_TOKEN", "generic_api_key", f"glsa_{m(32)}_{t(8, HEX)}")
    yield Fake("GRAFANA_CLOUD_TOKEN", "generic_api_key", "glc_" + m(80))
    yield Fake("FIGMA_TOKEN", "generic_api_key", "figd_" + m(40))
    yield Fake("ATLASSIAN_TOKEN", "generic_api_key", "ATATT3" + m(186))
    yield Fake("SENTRY_TOKEN", "generic_api_key", "sntryu_" + t(64, HEX))
    yield Fake("NEWRELIC_KEY", "generic_api_key", "NRAK-" + m(27, UPPER))
    yield Fake("GROQ_API_KEY", "generic_api_key", "gsk_" + m(52))
    yield Fake("REPLICATE_TOKEN", "generic_api_key", "r8_" + m(37))
    yield Fake("XAI_API_KEY", "generic_api_key", "xai-" + m(80))
    yield Fake("AGE_KEY", "private_key", "AGE-SECRET-KEY-1" + t(58, "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L"))
    yield Fake("TELEGRAM_BOT_TOKEN", "generic_api_key", f"{t(10, '123456789')}:AA{m(33)}")
    yield Fake("DISCORD_BOT_TOKEN", "generic_api_key", f"M{m(23)}.{t(6)}.{t(27)}")
    yield Fake("AIRTABLE_TOKEN", "generic_api_key", f"pat{t(14)}.{t(64, HEX)}")
    yield Fake("PLANETSCALE_TOKEN", "generic_api_key", "pscale_tkn_" + m(43))
    yield Fake("FLY_TOKEN", "generic_api_key", "fo1_" + m(43))
    yield Fake("HEROKU_API_KEY", "generic_api_key", filler.uuid())
    yield Fake("DD_API_KEY", "generic_api_key", t(32, HEX))
    yield Fake("DATADOG_APP_KEY", "generic_api_key", t(40, HEX))
    yield Fake("CLOUDFLARE_API_TOKEN", "generic_api_key", m(40, WORDY))
    yield Fake("OKTA_TOKEN", "generic_api_key", "00" + m(40))
    yield Fake("SNYK_TOKEN", "generic_api_key", filler.uuid())
    yield Fake("AUTH_JWT", "jwt", filler.jwt())
    yield Fake("SERVICE_API_KEY", "generic_api_key", "acme_live_" + m(28))
    yield Fake("DB_PASSWORD", "password", t(10) + "@" + t(2, string.digits) + t(3))
    yield Fake("ADMIN_PASSWORD", "password", "Faked" + t(3, string.digits) + "!" + t(5))


class Written(NamedTuple):
    """A file in which one named value stands."""

    file: str
    template: str

    def of(self, name: str, value: str) -> str:
        lower = name.lower()
        named = self.template.replace("@NA_ME@", name).replace("@na_me@", lower)
        return named.replace("@na-me@", lower.replace("_", "-")).replace("@VALUE@", value)


class Lookalike(NamedTuple):
    name: str
    file: str
    text: str


def contexts(kind: str) -> tuple[Written, ...]:
    """The ways in which files write a value: `named` under a name, `header` in a header or a token field."""
    return tuple(Written(row["file"], row["text"]) for row in _data("contexts.toml")[kind])


def placeholders() -> tuple[str, ...]:
    return tuple(_data("lookalikes.toml")["placeholders"])


def lookalikes(filler: Filler) -> Iterator[Lookalike]:
    for row in _data("lookalikes.toml")["file"]:
        yield Lookalike(row["name"], row["file"], fill(row["text"], filler))


def fill(template: str, filler: Filler) -> str:
    """The template with random text for every @alphabet:size@ and @uuid@."""

    def drawn(found: re.Match[str]) -> str:
        return filler.uuid() if found[1] == "uuid" else filler.text(int(found[2]), _ALPHABETS[found[1]])

    return re.sub(r"@([a-z0-9]+)(?::(\d+))?@", drawn, template)


_ALPHABETS = {
    "plain": PLAIN,
    "letters": LETTERS,
    "upper": UPPER,
    "lower": LOWER,
    "hex": HEX,
    "wordy": WORDY,
    "b64": B64,
    "digits": string.digits,
    "crypt": PLAIN + "./",
}


def _data(name: str) -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name(name).read_text(encoding="utf-8"))
