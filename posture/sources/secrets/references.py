"""Recognises text that points at a value kept elsewhere: a variable, a prompt, a vault, a program."""

import re

from msgspec import Struct


class Reference(Struct, frozen=True):
    """One pointer to a value outside the file."""

    name: str
    form: str
    """braces, env, input, predefined, dollar, percent, secret, variable, template, powerfx-env or store."""
    start: int
    end: int
    default: tuple[int, int] | None = None
    """Where the default stands that is used when the variable is unset; it is text in the file."""


_INNER = re.compile(
    r"""
      \$\{\{(?P<expression>[^{}]{1,200})\}\}
    | \{\{(?P<template>[^{}]{1,200})\}\}
    | \$\{(?P<predefined>workspaceFolder|workspaceFolderBasename|userHome|pathSeparator|cwd)\}
    | \$\{(?P<kind>env|input|file|command|config|secret|secrets|vault|keychain):(?P<kindname>[^{}]{1,200})\}
    | \$\{(?P<braces>[A-Za-z_][\w.]{0,120})(?:(?P<op>:?[-=+?])(?P<default>[^{}]{0,2000}))?\}
    | \$\{(?P<other>[^{}]{1,200})\}
    | \{(?P<file>env|file|secret):(?P<filename>[^{}]{1,200})\}
    | \$\((?P<command>[^()]{1,400})\)
    | %(?P<percent>[A-Za-z_]\w{0,80})%
    | (?<![\w$!@\#%^&*.])\$(?P<dollar>[A-Za-z_]\w{0,80})
    | \$env:(?P<powershell>[A-Za-z_]\w{0,80})
    | \#\{(?P<token>[^{}]{1,200})\}\#?
    | <%=?(?P<erb>[^%]{1,200})%>
    """,
    re.VERBOSE,
)

_EXPRESSION = re.compile(r"\s*(secrets|vars|env|inputs)\.(\w{1,120})")

_STORES = re.compile(
    r"""(?ix)
      (?:op|vault|secret|secrets|sm|awssm|awsssm|aws-sm|aws-ssm|ssm|gcpsm|gcp-sm|gcp-secret-manager|gcpsecretmanager|azkv
        |azurekeyvault|azure-key-vault|akv|keyvault|doppler|infisical|bws|bitwarden|lastpass|keepassxc?|dashlane|conjur
        |berglas|keyring|keychain|wincred|pass|gopass|cyberark|delinea|akeyless|sops|teller|chamber|ejson
        |secretmanager|secretsmanager|secretref|secret-ref|secret_ref|secretkeyref|valuefrom|k8s|kubernetes)
        ://\S{1,400}
    | ref\+[a-z0-9]{2,30}://\S{1,400}
    | (?:vault|keyring|keychain|ssm|secretsmanager|secret-?manager|secret-?ref|op|bws|doppler|infisical
        |akeyless|conjur
        |keepass|wincred|gopass|libsecret|credential-?store|aws-?sm|gcp-?sm|azure-?kv)
        :(?!v\d+:)[\w/.#@:+\-]{1,300}
    | env[:.]\s{0,2}[A-Za-z_]\w{0,120}
    | (?:env|getenv|file|secret|ref|var|lookup|vault|fromenv|from_env)\s{0,2}\([^()]{0,300}\)
    | (?:file|cmd|exec|command|pass|shell|run|script|program|helper):[^\s].{0,400}
    | fileb?://\S{1,400}
    | arn:aws[a-z\-]{0,12}:[a-z0-9\-]{1,40}:\S{0,400}
    | projects/[\w:.\-]{1,80}/secrets/[\w.\-]{1,255}(?:/versions/\w{1,20})?
    | https://[\w\-]{1,63}\.vault\.(?:azure\.net|azure\.cn|usgovcloudapi\.net)/\S{1,300}
    | @microsoft\.keyvault\(.{1,400}\)
    | =\s?env\.[A-Za-z_]\w{0,120}
    | =\s?(?:concatenate|if|text)\(.{1,300}\)
    | (?:var|local|data|module|each|self|random_password|aws_\w{1,60}|google_\w{1,60}|azurerm_\w{1,60}
        |vault_\w{1,60}|secrets?|vars|inputs|env|params|settings|config|cfg|conf|process\.env|import\.meta\.env
        |os\.environ|builtins|pkgs|values|ctx|context|github|steps|needs|matrix|args|opts|options|self)
        (?:\.[A-Za-z_][\w\-]{0,80}|\[[^\]]{1,120}\]){1,8}(?:\([^()]{0,120}\))?
    | (?:os\.)?(?:getenv|environ|lookupenv)\b.{0,200}
    | system\.getenv.{0,200} | env\[.{0,100}\] | env\.fetch.{0,120} | st\.secrets.{0,120} | getpass\..{0,120}
    | lookup\(.{1,300}\) | sensitive\(.{1,300}\)
    | !(?:ref|sub|getatt|importvalue|vault|env|env_var|secret|include|file|join|base64|reference
        |encrypted|cmd)\b.{0,400}
    | \{\{?resolve:.{1,400}
    | \$__(?:file|env|vault)\{[^}]{1,300}\}
    | (?:/(?:run|var|etc|vault|mnt|home|root|opt|usr|tmp|dev|secrets?|users|private|srv|data|app
        |workspace|library
        |applications|bin|lib|config|certs?|keys?)/|~/|\.{1,2}/)\S{0,400}
    | [A-Za-z]:\\\\?[^\s]{1,400}
    | @[./~][^\s]{1,300}
    """
)

_ENCRYPTED = re.compile(
    r"""(?x)
      ENC\[.{0,8000} | ENC\(.{1,4000}\) | \{cipher\}.{1,8000} | \{AES\}.{1,4000}
    | enc:.{1,4000} | encrypted:.{1,4000}
    | !encrypted.{0,400} | \$ANSIBLE_VAULT;.{0,400}
    | vault:v\d{1,4}:.{1,8000} | AQICAH[A-Za-z0-9+/=]{40,8000} | Ag[A-Za-z0-9+/]{300,8000}={0,2}
    | -----BEGIN\ (?:PGP\ MESSAGE|AGE\ ENCRYPTED\ FILE)-----.{0,200} | age1[a-z0-9]{50,70}
    | gAAAAA[A-Za-z0-9_\-]{60,8000}={0,2} | CiQA[A-Za-z0-9+/]{60,8000}={0,2} | EncryptedString.{0,200}
    """,
    re.DOTALL,
)

_HASHED = re.compile(
    r"""(?ix)
      \$(?:2[abxy]?|1|5|6|y|gy|7|sha1|apr1|argon2(?:i|d|id)|scrypt|pbkdf2[\w\-]{0,12}|bcrypt[\w\-]{0,12})\$.{10,400}
    | \{(?:S?SHA(?:256|512)?|S?MD5|CRYPT|PBKDF2[\w\-]{0,12}|ARGON2|BCRYPT)\}.{6,400}
    | (?:pbkdf2_sha\d{1,3}|argon2(?:id?|d)?|bcrypt(?:_sha256)?|scrypt)\$.{10,400}
    | (?:pbkdf2|scrypt):[\w:]{2,40}\$.{10,400}
    | SCRAM-SHA-\d{1,3}\$.{10,400}
    | \*[0-9A-F]{40}
    | (?:sha1|sha224|sha256|sha384|sha512|md5|blake2b|blake3|h1)[-:=][A-Za-z0-9+/=_\-]{16,200}
    """
)


def references(value: str) -> tuple[Reference, ...]:
    """Every pointer inside the value, in order, and a value that is a pointer as a whole."""
    whole = value.strip()
    if _STORES.fullmatch(whole):
        start = value.find(whole)
        return (_whole_reference(whole, start),)
    return tuple(_inner_reference(found) for found in _INNER.finditer(value))


def is_reference(value: str) -> bool:
    """Whether nothing but pointers, and the glue between them, stands in the value."""
    whole = value.strip()
    if not whole:
        return False
    if _STORES.fullmatch(whole):
        return True
    if "$" not in whole and "{" not in whole and "%" not in whole:
        return False
    rest = _INNER.sub(" ", whole)
    return rest != whole and not any(len(word) > 7 for word in re.split(r"[\s:/@\-_.]+", rest))


def is_sealed(value: str) -> bool:
    """Encrypted or hashed text: useless without a key that is elsewhere, or useless for logging in."""
    return _ENCRYPTED.fullmatch(value) is not None or _HASHED.fullmatch(value) is not None


def _whole_reference(whole: str, start: int) -> Reference:
    lowered = whole.lower()
    end = start + len(whole)
    if lowered.startswith(("=env.", "= env.")):
        return Reference(whole.split(".", 1)[1], "powerfx-env", start, end)
    if lowered.startswith(("env:", "env.")):
        return Reference(whole[4:].strip(), "env", start, end)
    return Reference(whole, "store", start, end)


def _inner_reference(found: re.Match[str]) -> Reference:
    start, end = found.span()
    groups = found.groupdict()
    if (expression := groups["expression"]) is not None:
        known = _EXPRESSION.match(expression)
        if known is None:
            return Reference(expression.strip(), "template", start, end)
        return Reference(known[2], "secret" if known[1] == "secrets" else "variable", start, end)
    if groups["kind"] is not None:
        return Reference(groups["kindname"], groups["kind"], start, end)
    if groups["file"] is not None:
        return Reference(groups["filename"], groups["file"], start, end)
    if groups["braces"] is not None:
        default = found.span("default") if groups["op"] in (":-", "-", ":=", "=") else None
        return Reference(groups["braces"], "braces", start, end, default)
    for group, form in _FORMS:
        if groups[group] is not None:
            return Reference(groups[group].strip(), form, start, end)
    return Reference("", "template", start, end)


_FORMS = (
    ("predefined", "predefined"),
    ("dollar", "dollar"),
    ("powershell", "env"),
    ("percent", "percent"),
    ("template", "template"),
    ("command", "command"),
    ("other", "template"),
    ("token", "template"),
    ("erb", "template"),
)
