"""What the name of a value says about it: a password, a token, a key, or what only sounds like one."""

import re
from functools import lru_cache
from typing import Literal

from posture.sources.secrets.wordlists import listed

Role = Literal["password", "token", "key", "basic", "cookie", ""]

_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")

_PASSWORD = listed("password passwd pwd passphrase passcode pw pass passwort pword psk")
_TOKEN = listed(
    "secret token credential credentials creds bearer pat jwt apikey authtoken accesstoken apitoken"
)
_GLUED = {
    "apikey": "api key",
    "apitoken": "api token",
    "apisecret": "api secret",
    "appkey": "app key",
    "authtoken": "auth token",
    "authkey": "auth key",
    "accesstoken": "access token",
    "accesskey": "access key",
    "accesskeyid": "access key id",
    "secretkey": "secret key",
    "secretaccesskey": "secret access key",
    "privatekey": "private key",
    "clientsecret": "client secret",
    "sessiontoken": "session token",
    "refreshtoken": "refresh token",
    "idtoken": "id token",
    "bottoken": "bot token",
    "masterkey": "master key",
    "accountkey": "account key",
    "sharedaccesskey": "shared access key",
    "signingkey": "signing key",
    "encryptionkey": "encryption key",
    "dbpassword": "db password",
    "pgpassword": "pg password",
    "mysqlpwd": "mysql pwd",
    "userpassword": "user password",
    "rootpassword": "root password",
    "adminpassword": "admin password",
    "redispassword": "redis password",
    "authorization": "authorization token",
    "pgpass": "pg pass",
    "sshpass": "ssh pass",
    "publickey": "public key",
    "secretname": "secret name",
    "tokenurl": "token url",
    "keyid": "key id",
    "requirepass": "require pass",
    "masterauth": "redis auth",
}

# Standing last, these turn a secret's name into the name of something about it.
_ABOUT = listed(
    """id ids name names url urls uri uris path paths file files filename filepath dir directory folder
    type types kind length len min max minimum maximum ttl expiry expires expire expiration expired
    lifetime interval second seconds sec minute minutes hour hours day days ms policy policies
    header headers prefix suffix ref refs reference env variable var vars count counts counter limit
    limits enabled disabled required optional version versions algorithm alg arn arns hash hashes
    hashed digest checksum sha md5 endpoint endpoints host hosts hostname server field fields format
    label labels description desc hint hints help rotation rotate age size usage used scope scopes
    status state date time timeout at on in rule rules regex pattern provider providers manager
    store stores location issuer audience mode method methods budget window source target class
    classname input output prompt reset strength validator validation exists exist present
    placeholder title message error form page generator command cmd helper script program visible
    show hide encoder encoding cost rounds iterations strategy schema model table column index
    position template example owner user username group role roles fingerprint thumbprint serial
    curve bits attempts retries selector grant grants flow tokenizer template lookup fallback
    resolver mount mounts volume map object parameter param action event permission permissions
    access acl fn func function callback handler hook plugin module"""
)

# Before "key": names of keys that open nothing.
_OPEN_KEYS = listed(
    """primary foreign sort partition range public publishable pub cache object idempotency registry hot
    site host unique composite row column index map dict lookup translation message i18n shortcut
    group join order candidate natural surrogate bucket s3 item property json yaml config setting
    kms cmk wrapping ca cert known trusted authorized routing binding shard hash sequence context
    tab enter arrow escape space modifier function feature flag label correlation deduplication
    dedup image attribute tag param query search sharding rowkey"""
)

# Before "token": tokens that only page, count or guard a form.
_OPEN_TOKENS = listed(
    """next page pagination continuation sync csrf xsrf antiforgery idempotency request max min prompt
    completion total input output cached reasoning start end stop eos bos pad unk mask sep cls
    special vocab lexer parser design public device change delta resume verification anti
    cancellation cancel starting marker skip nonce synchronizer"""
)

_EXACT: dict[str, Role] = {
    "auth": "basic",
    "_auth": "basic",
    "basicauth": "basic",
    "authorization": "token",
    "proxy-authorization": "token",
    "cookie": "cookie",
    "set-cookie": "cookie",
    "pgpassword": "password",
    "mysql_pwd": "password",
    "x-api-key": "key",
    "sig": "",
    "-p": "",
    "token": "token",
    "secret": "token",
}

_QUALIFIERS = listed(
    """value values plain plaintext string text b64 base64 data prod production dev development stage
    staging test qa uat live current old new previous next base primary secondary main default local
    raw override file1 internal external ci"""
)


@lru_cache(maxsize=4096)
def words(name: str) -> tuple[str, ...]:
    """The words of a name, whatever way it joins them."""
    found: list[str] = []
    for word in _WORD.findall(name[:200]):
        lowered = word.lower()
        found.extend(_GLUED.get(lowered, lowered).split())
    return tuple(found)


@lru_cache(maxsize=4096)
def role_of(name: str) -> Role:
    """What kind of secret a value of this name would be; empty when the name promises none."""
    exact = _EXACT.get(name.strip("-").lower())
    if exact is not None:
        return exact
    glued = _GLUED.get("".join(words(name)))
    parts = list(glued.split() if glued else words(name))
    while len(parts) > 1 and (parts[-1].isdigit() or parts[-1] in _QUALIFIERS):
        parts.pop()
    if not parts or parts[-1] in _ABOUT:
        return _secret_id(parts)
    return _role_of_words(parts)


def _secret_id(parts: list[str]) -> Role:
    """The secret id of a Vault AppRole is the secret half of it."""
    return "token" if parts[-2:] == ["secret", "id"] and ({"vault", "approle"} & set(parts)) else ""


def _role_of_words(parts: list[str]) -> Role:
    last = parts[-1]
    before = parts[-2] if len(parts) > 1 else ""
    if last in _PASSWORD:
        return "password" if last not in ("pass", "pw") or len(parts) > 1 or last == "pass" else ""
    if last in _TOKEN:
        return "" if before in _OPEN_TOKENS or "csrf" in parts or "xsrf" in parts else "token"
    if last == "key":
        return (
            ""
            if before in _OPEN_KEYS or len(parts) == 1 or "public" in parts or "publishable" in parts
            else "key"
        )
    if last == "auth" and len(parts) > 1:
        return "token" if before in ("redis", "proxy", "basic", "npm", "api", "http") else ""
    if last in ("salt", "pepper", "seed", "mnemonic", "otp", "pin") and len(parts) > 1:
        return "key"
    if last == "dsn" or parts[-2:] == ["connection", "string"]:
        return ""
    # "password confirm": the secret's word stands further left and nothing after it speaks against it.
    if any(part in _PASSWORD and part not in ("pass", "pw") for part in parts) and last in (
        "confirm",
        "again",
        "salted",
        "v",
    ):
        return "password"
    return ""


def vendor_of(name: str) -> str:
    """The vendor a name mentions, for keys whose value has no shape of its own."""
    mentioned = set(words(name))
    return next((vendor for vendor in _VENDORS if vendor in mentioned), "")


_VENDORS = [
    "aws",
    "azure",
    "github",
    "gitlab",
    "slack",
    "openai",
    "anthropic",
    "google",
    "stripe",
    "datadog",
    "twilio",
    "sendgrid",
    "heroku",
    "cloudflare",
    "fastly",
    "okta",
    "snyk",
    "sonar",
    "mailgun",
    "jira",
    "atlassian",
]
