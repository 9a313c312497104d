"""Finds passwords that programs take through options of their own, and that code hands to a call."""

import re
from collections.abc import Iterator

from posture.sources.secrets.findings import Piece
from posture.sources.secrets.shells import shell_pieces

_VALUE = r"(?P<quote>\\?[\"']?)(?P<value>[^\s\"'\\]{3,200})(?P=quote)"
_APART = rf"[ \t]{{1,4}}{_VALUE}"
_OPTIONS = (
    # Program, what must follow its name, and the option before the password.
    (r"mysql|mysqldump|mysqladmin|mysqlimport|mariadb|mariadb-dump|7z", "", rf"(?P<option>-p){_VALUE}"),
    (r"sshpass", "", rf"(?P<option>-p)[ \t]{{0,4}}{_VALUE}"),
    (r"docker|podman|nerdctl|buildah|skopeo|helm|oras|crane|az|oc", "login", rf"(?P<option>-p){_APART}"),
    (r"mongo|mongosh|mongodump|mongorestore|cqlsh", "", rf"(?P<option>-p){_APART}"),
    (r"redis-cli", "", rf"(?P<option>-a){_APART}"),
    (r"sqlcmd|bcp|mosquitto_pub|mosquitto_sub|ipmitool|zip|unzip", "", rf"(?P<option>-P){_APART}"),
    (r"ldapsearch|ldapadd|ldapmodify|ldapdelete|ldapwhoami", "", rf"(?P<option>-w){_APART}"),
    (r"plink|pscp|psftp", "", rf"(?P<option>-pw){_APART}"),
    (r"openssl", "", rf"(?P<option>-k[ \t]{{1,4}}|-pass(?:in|out)?[ \t]{{1,4}}[\"']?pass:){_VALUE}"),
    (r"ssh-keygen", "", rf"(?P<option>-[NP]){_APART}"),
    (r"aws", "SecureString", rf"(?P<option>--value){_APART}"),
    (r"sqlplus|expdp|impdp|rman", "", r"(?P<option>\w{1,60}/)(?P<value>[^\s\"'@/]{3,200})(?=@)"),
    (r"htpasswd", "", rf"(?P<option>-\w{{0,6}}b)\w{{0,6}}(?:[ \t]{{1,4}}[\w./@\-]{{1,100}}){{2,4}}{_APART}"),
)
_PROGRAM = re.compile(
    r"(?<![\w\-.])(?P<name>" + "|".join(names for names, _word, _option in _OPTIONS) + r")(?=[ \t])"
)
_OPTION_OF = {
    name: (word, re.compile(rf"(?<=[ \t]){option}"))
    for names, word, option in _OPTIONS
    for name in names.split("|")
}
_ENDS = re.compile(r"[\r\n|;&]")
_LONGEST = 400
_PAIRED = re.compile(
    r"(?:\bauth[ \t]{0,4}=[ \t]{0,4}|BasicAuth|basic_auth|\.auth|PasswordAuthentication|PasswordCredentials?)"
    r"\([ \t\r\n]{0,40}[\"'][^\"'\r\n]{1,100}[\"'][ \t]{0,4},[ \t\r\n]{0,40}"
    r"[\"'](?P<value>[^\"'\r\n]{3,200})[\"']"
)
_BESIDE_ITS_ID = re.compile(
    r"[\"'](?:(?:AKIA|ASIA)[A-Z0-9]{16}[\"'][ \t]{0,4},[ \t\r\n]{0,40}[\"'](?P<aws>[A-Za-z0-9+/]{40})"
    r"|AC[0-9a-f]{32}[\"'][ \t]{0,4},[ \t\r\n]{0,40}[\"'](?P<twilio>[0-9a-f]{32}))[\"']"
)
_SECURED = re.compile(
    r"ConvertTo-SecureString[ \t]{1,4}(?:-String[ \t]{1,4})?[\"'](?P<value>[^\"'\r\n]{3,200})[\"']"
)
_CREDENTIAL = re.compile(
    r"(?:Credentials?|ApiKeyAuth|BearerAuth|TokenAuth)\([ \t]{0,4}[\"'](?P<value>[^\"'\r\n]{8,200})[\"']"
)


def command_pieces(text: str) -> Iterator[Piece]:
    """What programs are told on their command lines; each stretch of the text is looked at once."""
    at = 0
    while (program := _PROGRAM.search(text, at)) is not None:
        stop = _ENDS.search(text, program.end(), program.end() + _LONGEST)
        at = stop.start() if stop is not None else min(len(text), program.end() + _LONGEST)
        word, option = _OPTION_OF[program["name"]]
        if word and word not in text[program.end() : at]:
            continue
        found = option.search(text, program.end(), at)
        if found is not None:
            yield Piece(*found.span("value"), f"argument:{found['option'].split()[0]}", "password")
    yield from shell_pieces(text)


def call_pieces(text: str) -> Iterator[Piece]:
    """Literals that program text gives to what signs in."""
    for pattern, key in ((_PAIRED, "password"), (_SECURED, "password"), (_CREDENTIAL, "api_key")):
        for found in pattern.finditer(text):
            yield Piece(*found.span("value"), "value", key)
    for found in _BESIDE_ITS_ID.finditer(text):
        group, key = ("aws", "aws_secret_access_key") if found["aws"] else ("twilio", "twilio_auth_token")
        yield Piece(*found.span(group), "value", key)
