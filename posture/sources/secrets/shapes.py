"""The shapes of secrets that show by themselves what they are: vendors' prefixes, tokens, keys and web hooks."""

import base64
import binascii
import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from posture.sources.secrets.placeholders import is_filler

_WORDY = r"[A-Za-z0-9_\-]"
_PLAIN = r"[A-Za-z0-9]"
_HEX = r"[a-f0-9]"
_B64 = r"[A-Za-z0-9+/]"


class Shape(NamedTuple):
    """One family of values. The kind is the general one unless readers act on the vendor's."""

    vendor: str
    kind: str
    prefix: str
    rest: str
    mixed: bool = False
    """The prefix alone says little: the rest must mix digits and letters."""


class Shaped(NamedTuple):
    start: int
    end: int
    kind: str
    vendor: str
    shape: str


def _family(vendor: str, kind: str, prefixes: str, rest: str, mixed: bool = False) -> list[Shape]:
    return [Shape(vendor, kind, prefix, rest, mixed) for prefix in prefixes.split()]


_KEY = "generic_api_key"

# Longer prefixes are tried first, so `sk-ant-` wins over `sk-`. Every repetition is bounded: time stays linear.
SHAPES: tuple[Shape, ...] = tuple(
    shape
    for family in (
        _family("anthropic", "anthropic_api_key", "sk-ant-", _WORDY + "{20,200}"),
        _family("openai", "openai_api_key", "sk-proj- sk-svcacct- sk-admin- sk-None-", _WORDY + "{20,250}"),
        _family("openai", "openai_api_key", "sk-", _WORDY + "{20,200}", True),
        _family("openrouter", _KEY, "sk-or-v1-", _HEX + "{40,64}"),
        _family("langfuse", _KEY, "sk-lf-", _HEX[:-1] + r"\-]{30,40}"),
        _family("github", "github_pat", "ghp_", _PLAIN + "{36,255}"),
        _family("github", "github_pat", "github_pat_", "[A-Za-z0-9_]{36,255}"),
        _family("github", "github_token", "gho_ ghu_ ghs_ ghr_", r"[A-Za-z0-9_.\-]{36,400}"),
        _family("gitlab", "gitlab_pat", "glpat-", r"[A-Za-z0-9_.\-]{20,300}"),
        _family(
            "gitlab",
            "gitlab_token",
            "gldt- glft- glsoat- glrt- glptt- glcbt- glimt- glagent- gloas- glffct- glwt- GR1348941",
            r"[A-Za-z0-9_.\-]{20,300}",
        ),
        _family("gitlab", "cookie", "_gitlab_session=", r"[0-9a-z]{32}"),
        _family("slack", "slack_token", "xoxb- xoxp- xoxa- xoxr- xoxs- xoxo- xoxe- xoxc- xoxd-", r"[A-Za-z0-9%+/\-]{10,400}", True),
        _family("slack", "slack_token", "xoxe.xoxb- xoxe.xoxp- xapp-", r"[A-Za-z0-9\-]{20,250}", True),
        _family("aws", "aws_access_key_id", "AKIA ASIA ABIA ACCA", r"[A-Z0-9]{16}(?![A-Za-z0-9])"),
        _family("aws", "generic_api_key", "ABSK", _B64 + r"{100,300}={0,2}"),
        _family("aws", "generic_api_key", "bedrock-api-key-", _B64 + r"{100,1500}={0,2}"),
        _family("google", "google_api_key", "AIza", _WORDY + "{35}(?![A-Za-z0-9_])"),
        _family("google", "google_oauth_token", "ya29.", r"[A-Za-z0-9_\-]{20,1500}"),
        _family("google", "google_oauth_token", "1//0", _WORDY + "{38,200}", True),
        _family("google", "google_oauth_secret", "GOCSPX-", _WORDY + "{24,40}"),
        _family("stripe", "stripe_key", "sk_live_ sk_test_ sk_prod_ rk_live_ rk_test_ rk_prod_", _PLAIN + "{10,250}"),
        _family("stripe", "generic_api_key", "whsec_", _B64 + r"{20,80}={0,2}"),
        _family("square", _KEY, "sq0atp- sq0csp-", _WORDY + "{22,60}"),
        _family("square", _KEY, "EAAA", _WORDY + "{56,70}", True),
        _family("facebook", _KEY, "EAAM EAAC EAAB EAAG", _PLAIN + "{80,400}", True),
        _family("sendgrid", _KEY, "SG.", r"[A-Za-z0-9_\-]{16,32}\.[A-Za-z0-9_\-]{16,64}"),
        _family("brevo", _KEY, "xkeysib- xsmtpsib-", _HEX + r"{64}-[A-Za-z0-9]{16}"),
        _family("mailgun", _KEY, "key-", _HEX + "{32}(?![A-Za-z0-9])"),
        _family("twilio", _KEY, "SK", _HEX + "{32}(?![A-Za-z0-9])"),
        _family("npm", _KEY, "npm_", _PLAIN + "{36,80}"),
        _family("pypi", _KEY, "pypi-AgEI pypi-AgEN", _WORDY + "{50,1000}"),
        _family("rubygems", _KEY, "rubygems_", _HEX + "{48}"),
        _family("clojars", _KEY, "CLOJARS_ clojars_", _PLAIN + "{60}"),
        _family("nuget", _KEY, "oy2", r"[a-z0-9]{43}(?![A-Za-z0-9])"),
        _family("crates-io", _KEY, "cio", _PLAIN + "{32}(?![A-Za-z0-9])", True),
        _family("docker", _KEY, "dckr_pat_ dckr_oat_", _WORDY + "{24,40}"),
        _family("digitalocean", _KEY, "dop_v1_ doo_v1_ dor_v1_", _HEX + "{64}"),
        _family("databricks", _KEY, "dapi dkea dose", _HEX + r"{32}(?:-\d)?(?![A-Za-z0-9])"),
        _family("hugging-face", _KEY, "hf_ api_org_", _PLAIN + "{30,60}"),
        _family("pulumi", _KEY, "pul-", _HEX + "{40}"),
        _family("perplexity", _KEY, "pplx-", _PLAIN + "{40,64}"),
        _family("postman", _KEY, "PMAK-", r"[a-fA-F0-9]{24}-[a-fA-F0-9]{34}"),
        _family("prefect", _KEY, "pnu_ pnb_", _PLAIN + "{36}"),
        _family("readme", _KEY, "rdme_", r"[a-z0-9]{70}"),
        _family("shopify", _KEY, "shpat_ shpca_ shppa_ shpss_", "[a-fA-F0-9]{32}"),
        _family("linear", _KEY, "lin_api_ lin_oauth_", _PLAIN + "{32,64}"),
        _family("notion", _KEY, "ntn_", _PLAIN + "{40,60}"),
        _family("notion", _KEY, "secret_", _PLAIN + "{43}(?![A-Za-z0-9])", True),
        _family("figma", _KEY, "figd_ figo_ figoh_ figoR_", _WORDY + "{36,60}"),
        _family("vault", _KEY, "hvs. hvb. hvr.", _WORDY + "{20,300}"),
        _family("vault", _KEY, "s.", _PLAIN + "{24}(?![A-Za-z0-9])", True),
        _family("doppler", _KEY, "dp.pt. dp.st. dp.sa. dp.ct. dp.scim. dp.audit. dp.said.", r"[A-Za-z0-9_.\-]{40,80}"),
        _family("dynatrace", _KEY, "dt0c01. dt0s01. dt0s02. dt0s16. dt0s08.", r"[A-Za-z0-9]{8,24}\.[A-Za-z0-9]{64}"),
        _family("duffel", _KEY, "duffel_test_ duffel_live_", r"[A-Za-z0-9_\-=]{43}"),
        _family("easypost", _KEY, "EZAK EZTK", _PLAIN + "{54}"),
        _family("flutterwave", _KEY, "FLWSECK_TEST- FLWSECK-", r"[A-Za-z0-9]{12,40}(?:-X)?"),
        _family("fly-io", _KEY, "fo1_", _WORDY + "{43}"),
        _family("fly-io", _KEY, "fm1a_ fm1r_ fm2_", _B64 + r"{100,800}={0,3}"),
        _family("frame-io", _KEY, "fio-u-", r"[A-Za-z0-9_\-=]{64}"),
        _family("grafana", _KEY, "glc_", _B64 + r"{32,400}={0,3}"),
        _family("grafana", _KEY, "glsa_", r"[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}"),
        _family("grafana", _KEY, "eyJrIjoi", _B64 + r"{70,400}={0,3}"),
        _family("harness", _KEY, "pat. sat.", r"[A-Za-z0-9_\-]{22}\.[A-Za-z0-9]{24}\.[A-Za-z0-9]{20}"),
        _family("heroku", _KEY, "HRKU-", _WORDY + "{36,64}"),
        _family("infracost", _KEY, "ico-", _PLAIN + "{32}"),
        _family("intra42", _KEY, "s-s4t2ud- s-s4t2af-", "[a-fA-F0-9]{64}"),
        _family("age", "private_key", "AGE-SECRET-KEY-1", "[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}"),
        _family("alibaba", _KEY, "LTAI", r"[A-Za-z0-9]{12,24}(?![A-Za-z0-9])", True),
        _family("artifactory", _KEY, "AKC", _PLAIN + "{69,80}"),
        _family("artifactory", _KEY, "cmVmd", _PLAIN + "{59}"),
        _family("adobe", _KEY, "p8e-", r"[A-Za-z0-9_\-]{32}"),
        _family("atlassian", _KEY, "ATATT3 ATCTT3", r"[A-Za-z0-9_\-=]{150,250}"),
        _family("bitbucket", _KEY, "ATBB", _PLAIN + "{28,40}", True),
        _family("clickhouse", _KEY, "4b1d", _PLAIN + "{38}(?![A-Za-z0-9])"),
        _family("authress", _KEY, "sc_ ext_ scauth_ authress_", r"[a-z0-9]{5,30}\.[a-z0-9]{4,6}\.acc[_-][a-z0-9-]{10,32}\.[A-Za-z0-9+/_=-]{30,120}"),
        _family("cloudflare", _KEY, "v1.0-", _HEX + r"{24}-" + _HEX + "{146}"),
        _family("cloudflare", _KEY, "cfut_ cfat_ cfk_", _WORDY + "{36,60}"),
        _family("planetscale", _KEY, "pscale_tkn_ pscale_oauth_ pscale_pw_", r"[A-Za-z0-9_=.\-]{32,64}"),
        _family("sentry", _KEY, "sntryu_", _HEX + "{64}"),
        _family("sentry", _KEY, "sntrys_", r"[A-Za-z0-9+/=_]{60,500}"),
        _family("sourcegraph", _KEY, "sgp_", r"(?:(?:[a-fA-F0-9]{16}|local)_)?[a-fA-F0-9]{40}"),
        _family("settlemint", _KEY, "sm_aat_ sm_pat_ sm_sat_", _PLAIN + "{16}"),
        _family("shippo", _KEY, "shippo_live_ shippo_test_", "[a-fA-F0-9]{40}"),
        _family("scalingo", _KEY, "tk-us- tk-eu-", _WORDY + "{48}"),
        _family("typeform", _KEY, "tfp_", r"[A-Za-z0-9_\-.=]{40,70}"),
        _family("yandex", _KEY, "t1.", r"[A-Za-z0-9_\-]{1,300}={0,2}\.[A-Za-z0-9_\-]{86}={0,2}"),
        _family("yandex", _KEY, "AQVN", _WORDY + "{35,38}"),
        _family("yandex", _KEY, "YCA YCM YCN YCO YCP", _WORDY + "{37}(?![A-Za-z0-9_])", True),
        _family("openshift", _KEY, "sha256~", _WORDY + "{43}"),
        _family("new-relic", _KEY, "NRAK- NRII- NRRA- NRJS- NRSP-", r"[A-Za-z0-9\-]{19,44}"),
        _family("octopus", _KEY, "API-", r"[A-Z0-9]{26,36}(?![A-Za-z0-9])", True),
        _family("posthog", _KEY, "phx_ phs_", _PLAIN + "{40,60}"),
        _family("replicate", _KEY, "r8_", _PLAIN + "{37,40}"),
        _family("groq", _KEY, "gsk_", _PLAIN + "{48,60}"),
        _family("xai", _KEY, "xai-", _PLAIN + "{70,90}"),
        _family("fireworks", _KEY, "fw_", _PLAIN + "{22,48}(?![A-Za-z0-9])", True),
        _family("tavily", _KEY, "tvly-", r"[A-Za-z0-9\-]{24,60}", True),
        _family("nvidia", _KEY, "nvapi-", _WORDY + "{60,80}"),
        _family("langsmith", _KEY, "lsv2_pt_ lsv2_sk_", r"[a-f0-9]{32}_[a-f0-9]{10}"),
        _family("firecrawl", _KEY, "fc-", _HEX + "{32}(?![A-Za-z0-9])"),
        _family("pinecone", _KEY, "pcsk_", "[A-Za-z0-9_]{60,90}"),
        _family("jina", _KEY, "jina_", _WORDY + "{50,80}"),
        _family("voyage", _KEY, "pa-", _WORDY + "{40,50}", True),
        _family("supabase", _KEY, "sbp_", _HEX + "{40}"),
        _family("supabase", _KEY, "sb_secret_", _WORDY + "{20,60}"),
        _family("netlify", _KEY, "nfp_ nfc_ nfo_ nfu_", _PLAIN + "{36,44}"),
        _family("vercel", _KEY, "vcp_ vci_ vca_ vcr_ vck_", _PLAIN + "{24,60}"),
        _family("render", _KEY, "rnd_", _PLAIN + "{28,40}"),
        _family("tailscale", _KEY, "tskey-auth- tskey-api- tskey-client- tskey-scim- tskey-webhook-", r"[A-Za-z0-9\-]{20,70}"),
        _family("1password", _KEY, "ops_eyJ", r"[A-Za-z0-9+/_\-]{150,1500}={0,3}"),
        _family("1password", _KEY, "A3-", r"[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})-[A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{5}"),
        _family("defined", _KEY, "dnkey-", r"[A-Za-z0-9=_\-]{26}-[A-Za-z0-9=_\-]{52}"),
        _family("buildkite", _KEY, "bkua_ bkaj_ bkcst_", _PLAIN + "{40,64}"),
        _family("circleci", _KEY, "CCIPAT_ CCIPRJ_", "[A-Za-z0-9_]{40,90}"),
        _family("hubspot", _KEY, "pat-na1- pat-eu1- pat-na2-", _HEX[:-1] + r"\-]{36}"),
        _family("amazon", _KEY, "amzn1.oa2-cs.v1. amzn.mws.", _HEX[:-1] + r"\-]{36,64}"),
        _family("dropbox", _KEY, "sl.", _WORDY + "{130,1500}"),
        _family("runpod", _KEY, "rpa_", _PLAIN + "{36,50}"),
        _family("e2b", _KEY, "e2b_ sk_e2b_", _HEX + "{40}"),
        _family("browserbase", _KEY, "bb_live_ bb_test_", _WORDY + "{20,40}"),
        _family("apify", _KEY, "apify_api_", _PLAIN + "{30,50}"),
        _family("contentful", _KEY, "CFPAT-", _WORDY + "{43}"),
        _family("clerk", _KEY, "ak_live_ ak_test_", _PLAIN + "{20,80}"),
        _family("resend", _KEY, "re_", r"[A-Za-z0-9]{8}_[A-Za-z0-9]{20,28}"),
        _family("telnyx", _KEY, "KEY01", r"[A-F0-9]{30}_[A-Za-z0-9]{22}"),
        _family("rootly", _KEY, "rootly_", _HEX + "{64}"),
        _family("launchdarkly", _KEY, "api- sdk-", r"[a-f0-9]{8}-[a-f0-9]{4}-4[a-f0-9]{3}-[a-f0-9]{4}-[a-f0-9]{12}"),
        _family("mapbox", _KEY, "sk.eyJ", r"[A-Za-z0-9_\-]{40,100}\.[A-Za-z0-9_\-]{22}"),
        _family("plaid", _KEY, "access-sandbox- access-development- access-production-", _HEX[:-1] + r"\-]{36}"),
        _family("terraform-cloud", _KEY, "at-", r"[A-Za-z0-9]{16}\.atlasv1\.[A-Za-z0-9_\-]{60,70}"),
    )
    for shape in family
)  # fmt: skip

_BY_PREFIX: dict[str, list[Shape]] = {}
for _shape in SHAPES:
    _BY_PREFIX.setdefault(_shape.prefix, []).append(_shape)

# Shapes that are told by their middle or by their whole: vendor, kind, a literal that must be in the text, the shape.
_WHOLE: tuple[tuple[str, str, str, str], ...] = (
    ("azure", "azure_client_secret", "Q~", r"[A-Za-z0-9_~.]{3}\dQ~[A-Za-z0-9_~.\-]{31,34}"),
    ("terraform-cloud", _KEY, ".atlasv1.", r"[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=\-]{60,70}"),
    ("", "jwt", "eyJ", r"eyJ[A-Za-z0-9_\-]{8,4000}\.eyJ[A-Za-z0-9_\-]{8,8000}\.[A-Za-z0-9_\-]{10,2000}"),
    ("mailchimp", _KEY, "-us", r"[0-9a-f]{32}-us\d{1,2}"),
    ("mailgun", _KEY, "ailgun", r"[a-f0-9]{32}-[a-f0-9]{8}-[a-f0-9]{8}"),
    ("maxmind", _KEY, "_mmk", r"[A-Za-z0-9]{6}_[A-Za-z0-9]{29}_mmk"),
    ("telegram", _KEY, ":AA", r"\d{8,10}:AA[A-Za-z0-9_\-]{33}"),
    ("discord", _KEY, ".", r"[MNO][A-Za-z0-9_\-]{23,25}\.[A-Za-z0-9_\-]{6}\.[A-Za-z0-9_\-]{27,38}"),
    ("airtable", _KEY, "pat", r"pat[A-Za-z0-9]{14}\.[a-f0-9]{64}"),
    ("salesforce", _KEY, "00D", r"00D[A-Za-z0-9]{12,15}![A-Za-z0-9._]{60,120}"),
    ("azure-devops", _KEY, "JQQJ9", r"[A-Za-z0-9]{52}JQQJ9(?:9|D)[A-Za-z0-9]{24}"),
    ("azure-devops", _KEY, "AZDO", r"[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4}"),
    ("azure", "azure_storage_key", "+ASt", r"[A-Za-z0-9+/]{76}\+ASt[A-Za-z0-9+/]{6}=="),
    ("slack", "webhook_url", "hooks.slack.com", r"https://hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9+/]{30,80}"),
    ("discord", "webhook_url", "/webhooks/", r"https://(?:ptb\.|canary\.)?discord(?:app)?\.com/api/webhooks/\d{15,22}/[A-Za-z0-9_\-]{50,90}"),
    (
        "teams", "webhook_url", ".webhook.office.com",
        r"https://[a-z0-9\-]{1,60}\.webhook\.office\.com/webhookb2/[a-f0-9\-]{36}@[a-f0-9\-]{36}/IncomingWebhook/"
        r"[a-f0-9]{32}/[a-f0-9\-]{36}(?:/[A-Za-z0-9_\-]{10,60})?",
    ),
    ("zapier", "webhook_url", "hooks.zapier.com", r"https://hooks\.zapier\.com/hooks/catch/\d{4,12}/[a-z0-9]{5,12}/?"),
)  # fmt: skip

PEM_BEGIN = re.compile(r"-----BEGIN (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----")
_PUTTY = "PuTTY-User-Key-File-"


@lru_cache(maxsize=1)
def _compiled() -> tuple[re.Pattern[str], dict[str, list[tuple[Shape, re.Pattern[str]]]]]:
    prefixes = sorted(_BY_PREFIX, key=len, reverse=True)
    # The escapes of a log line (\n, \r, \t) count as a border too.
    border = r"(?:(?<![A-Za-z0-9_\-])|(?<=\\[nrt]))"
    first = re.compile(border + "(?:" + "|".join(map(re.escape, prefixes)) + ")")
    rests = {
        prefix: [(shape, re.compile(shape.rest)) for shape in shapes] for prefix, shapes in _BY_PREFIX.items()
    }
    return first, rests


@lru_cache(maxsize=1)
def _whole_patterns() -> tuple[tuple[str, str, str, re.Pattern[str]], ...]:
    return tuple(
        (vendor, kind, anchor, re.compile(rf"(?<![A-Za-z0-9_~.\-])(?:{pattern})(?![A-Za-z0-9])"))
        for vendor, kind, anchor, pattern in _WHOLE
    )


def shape_of(value: str) -> Shaped | None:
    """The vendor's shape the whole value has, if it has one and is more than its example."""
    found = next(iter(_prefixed(value, 0)), None)
    if found is not None and found.start == 0 and found.end == len(value):
        return found
    for vendor, kind, _anchor, pattern in _whole_patterns():
        if pattern.fullmatch(value) and not _sample(value, kind):
            return Shaped(0, len(value), kind, vendor, "jwt" if kind == "jwt" else "vendor")
    return None


def shapes_in(text: str) -> Iterator[Shaped]:
    """Every vendor's shape in a text, in time linear to its length."""
    yield from _prefixed(text, 0)
    yield from _anchored(text)


def is_only_example(value: str) -> bool:
    """Whether the value starts like a vendor's and goes on with filler, as documentation does."""
    first, rests = _compiled()
    found = first.match(value)
    return found is not None and found[0] in rests and is_filler(value[found.end() :])


def _prefixed(text: str, start: int) -> Iterator[Shaped]:
    first, rests = _compiled()
    for found in first.finditer(text, start):
        for prefix in _prefixes_at(found[0]):
            begin = found.start() + len(prefix)
            for shape, rest in rests.get(prefix, ()):
                body = rest.match(text, begin)
                if body is not None and _convincing(shape, body[0]):
                    yield Shaped(
                        found.start(), _trimmed(text, body.end()), shape.kind, shape.vendor, "vendor"
                    )
                    break
            else:
                continue
            break


@lru_cache(maxsize=512)
def _prefixes_at(longest: str) -> tuple[str, ...]:
    """The prefix found and the shorter ones inside it: what is no `sk-ant-` key may be an `sk-` key."""
    return tuple(longest[:size] for size in range(len(longest), 1, -1) if longest[:size] in _BY_PREFIX)


def _trimmed(text: str, end: int) -> int:
    while text[end - 1] in ".-":
        end -= 1
    return end


def _convincing(shape: Shape, body: str) -> bool:
    if is_filler(body):
        return False
    if shape.mixed:
        return any(map(str.isdigit, body)) and sum(map(str.isalpha, body)) >= 4 and len(set(body)) >= 8
    return len(set(body)) >= min(6, len(body) // 2)


def _anchored(text: str) -> Iterator[Shaped]:
    for vendor, kind, anchor, pattern in _whole_patterns():
        if anchor not in text:
            continue
        for found in pattern.finditer(text):
            if not _sample(found[0], kind):
                yield Shaped(*found.span(), kind, vendor, "jwt" if kind == "jwt" else "vendor")


def _sample(value: str, kind: str) -> bool:
    if kind == "jwt":
        return not _is_jwt(value)
    if kind == "webhook_url":
        return is_filler(value.split("/", 4)[-1].rsplit("/", 1)[-1])
    return is_filler(value) or len(set(value)) < 8


def _is_jwt(value: str) -> bool:
    """A header that names an algorithm, and not the token of the format's own documentation."""
    header, payload = value.split(".")[:2]
    try:
        named = json.loads(_decoded(header))
    except (ValueError, RecursionError):
        return False
    return (
        isinstance(named, dict)
        and ("alg" in named or "typ" in named)
        and b"1516239022" not in _lenient(payload)
    )


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _lenient(part: str) -> bytes:
    try:
        return _decoded(part)
    except (ValueError, binascii.Error):
        return b""


def private_keys_in(text: str) -> Iterator[Shaped]:
    """Every private key block, from its first line to its last, escaped line ends included."""
    closing = -1
    for found in PEM_BEGIN.finditer(text):
        if closing < found.end():
            closing = text.find("-----END", found.end())
            if closing < 0:
                closing = len(text) + 1
        end = _end_of_block(text, found.end(), closing)
        body = re.sub(r"\\[nrt]|[\s\"'+,]", "", text[found.end() : min(closing, found.end() + 20000)])
        if len(body) >= 40 and not is_filler(body[:200]) and len(set(body[:400])) > 10:
            yield Shaped(found.start(), end, "private_key", "", "pem")
    start = text.find(_PUTTY)
    while start >= 0:
        private = text.find("Private-Lines:", start, start + 20000)
        if private >= 0:
            mac = text.find("Private-MAC:", private, private + 20000)
            yield Shaped(start, mac if mac >= 0 else min(len(text), private + 2000), "private_key", "", "pem")
        start = text.find(_PUTTY, start + len(_PUTTY))


def _end_of_block(text: str, begin: int, closing: int) -> int:
    if closing - begin > 20000 or closing > len(text):
        torn = re.compile(r"(?:[A-Za-z0-9+/=:\s]|\\[nr]){0,16000}").match(text, begin)
        return torn.end() if torn is not None else begin
    last = text.find("-----", closing + 8, closing + 60)
    return last + 5 if last >= 0 else closing
