"""Places that only somebody who knows the program or the format recognises: the marked stretch is found."""

import base64
import re
import sys

import pytest

from posture.sources.secrets import (
    Place,
    assignments,
    blocks,
    commands,
    extents,
    find,
    find_in_arguments,
    judge,
    kubernetes_text,
    phrases,
    pieces,
    placeholders,
    randomness,
    references,
    scan_document,
    scan_text,
    shapes,
    spoken,
    structured,
    text,
)
from tests.sources.secrets.fakes import HEX, Filler

WORD = "orchidFAKED71x"
RANDOM = Filler(71).marked(32)
DOCKER = base64.b64encode(b'{"auths":{"r.plant.example":{"username":"b","password":"%s"}}}' % RANDOM.encode())

# The value stands between [[ and ]].
HELD = [
    ("run.sh", f"redis-cli -h cache -a [[{WORD}]] ping\n"),
    ("run.sh", f"docker login -u bot -p [[{RANDOM}]] registry.plant.example\n"),
    ("run.sh", f"echo [[{RANDOM}]] | docker login -u bot --password-stdin registry.plant.example\n"),
    ("run.sh", f"printf '%s' '[[{RANDOM}]]' | podman login --password-stdin r.plant.example\n"),
    ("run.sh", f"az login --service-principal -u 0643a994 -p [[{RANDOM}]] --tenant plant\n"),
    ("run.sh", f"mongosh db -u app -p '[[{WORD}]]' --eval x\n"),
    ("run.sh", f"ldapsearch -D cn=app -w [[{WORD}]] uid=ana\n"),
    ("run.sh", f"sqlcmd -S db -U sa -P [[{WORD}]]\n"),
    (".bash_history", f"aws configure set aws_secret_access_key [[{Filler(72).text(40)}]]\n"),
    ("config.fish", f"set -gx PLANT_TOKEN [[{RANDOM}]]\n"),
    ("p.bat", f'setx PLANT_TOKEN "[[{RANDOM}]]"\n'),
    ("p.ps1", f'$password = ConvertTo-SecureString "[[{WORD}]]" -AsPlainText -Force\n'),
    ("a.py", f'requests.get(url, auth=("bot", "[[{WORD}]]"))\n'),
    ("a.cs", f'var key = new AzureKeyCredential("[[{Filler(73).text(32, HEX)}]]");\n'),
    ("master.key", f"[[{Filler(74).text(32, HEX)}]]\n"),
    (".vault-token", f"[[{RANDOM}]]\n"),
    ("compose.yaml", f"environment:\n  DB_PASSWORD: ${{DB_PASSWORD:-[[{WORD}]]}}\n"),
    ("x.json", f'{{"env": {{"API_TOKEN": "${{API_TOKEN:-[[{RANDOM}]]}}"}}}}\n'),
    ("d.yaml", f'env:\n  - {{name: DB_PASSWORD, value: "[[{WORD}]]"}}\n'),
    ("t.yaml", f"Parameters:\n  DbPassword:\n    Type: String\n    Default: [[{WORD}]]\n"),
    ("s.yaml", f"kind: Secret\ndata:\n  .dockerconfigjson: [[{DOCKER.decode()}]]\n"),
    ("k.json", f'{{"kty": "oct", "kid": "a", "k": "[[{RANDOM}]]"}}'),
    ("a.log", f"\x1b[32mTOKEN=\x1b[0m[[{RANDOM}]]\x1b[0m\n"),
    ("c.yaml", f"password: '[[{WORD}''s]]'\n"),
    (
        "terraform.tfstate",
        f'{{"type": "random_password", "instances": [{{"attributes": {{"result": "[[{RANDOM}]]"}}}}]}}',
    ),
    ("app.plist", f"<key>ApiToken</key>\n<string>[[{RANDOM}]]</string>\n"),
    ("strings.xml", f'<string name="api_key">[[{RANDOM}]]</string>'),
    ("x.html", f'<meta name="api-token" content="[[{RANDOM}]]">'),
    ("m.md", f"Run this:\n\n    export API_TOKEN=[[{RANDOM}]]\n"),
    ("x.tf", f"user_data = <<EOF\nexport API_TOKEN=[[{RANDOM}]]\nEOF\n"),
    ("h.yaml", f'env:\n- value: "[[{WORD}]]"\n  name: DB_PASSWORD\n'),
    ("b.bicep", f"param apiToken string = '[[{RANDOM}]]'\n"),
    ("p.json", f'{{"parameters": {{"apiToken": {{"value": "[[{RANDOM}]]"}}}}}}'),
    ("a.rs", f'const API_TOKEN: &str = "[[{RANDOM}]]";\n'),
    ("a.py", f"parser.add_argument('--token', default='[[{RANDOM}]]')\n"),
    ("A.java", f'@Value("${{api.token:[[{RANDOM}]]}}")\n'),
    ("httpd.conf", f"SetEnv API_TOKEN [[{RANDOM}]]\n"),
    ("x.conf", f'  token "[[{RANDOM}]]";\n'),
    ("x.sql", f"INSERT INTO settings (name, value) VALUES ('api_token', '[[{RANDOM}]]');\n"),
    ("keys.csv", f"User,Secret access key\nana,[[{Filler(76).text(40)}]]\n"),
    ("x.yaml", f"api_token: !!str [[{RANDOM}]]\n"),
    ("x.yaml", f"{{api_token: [[{RANDOM}]], region: eu}}\n"),
    ("x.ps1", f'Connect-Plant -ApiToken "[[{RANDOM}]]"\n'),
    ("x.sh", f'gh secret set API_TOKEN --body "[[{RANDOM}]]"\n'),
    ("note.txt", "the new db password is: [[Kq7FAKED77zLw]].\n"),
    ("note.eml", "Your temporary password: [[Kq7FAKED77zLw]]\n"),
    ("wp-config.php", f"define('AUTH_KEY',         '[[{RANDOM}#k$]]');\n"),
]

NOT_HELD = [
    ("x.yaml", f"annotations:\n  checksum/secret: {Filler(75).text(64, HEX)}\n"),
    (
        "compose.yaml",
        "environment:\n  DB_PASSWORD: ${DB_PASSWORD:?set it first}\n  API_TOKEN: ${API_TOKEN:-}\n",
    ),
    ("compose.yaml", "environment:\n  API_TOKEN: ${API_TOKEN:-changeme}\n"),
    ("run.sh", "docker login -u bot -p $REGISTRY_PASSWORD r.plant.example\n"),
    ("run.sh", "docker run -p 8080:80 plant/web\nmysql -h db -P 3306\nredis-cli -a $REDIS_PASSWORD\n"),
    ("p.ps1", "$password = Read-Host -AsSecureString\n$token = Get-Secret -Name plant\n"),
    ("t.yaml", "Parameters:\n  DbPassword:\n    Type: String\n    NoEcho: true\n"),
    ("k.json", f'{{"kty": "EC", "kid": "{RANDOM}", "x": "{RANDOM}", "y": "{RANDOM}"}}'),
    ("main.tfstate", f'{{"type": "random_id", "attributes": {{"result": "{RANDOM}"}}}}'),
    ("public.key", f"{RANDOM}\n"),
    ("readme.key", "see the vault\n"),
    ("a.json", '{"result_key": "DBClusterParameterGroups", "x_key": "ServerlessV2PlatformVersions"}'),
    ("a.json", '{"SecretString": "{\\"user\\":\\"ana\\",\\"password\\":\\"EXAMPLE-PASSWORD\\"}"}'),
    (
        "a.py",
        'KEY = re.compile(b"-----BEGIN [A-Z ]*PRIVATE KEY-----(.+?)-----END [A-Z ]*PRIVATE KEY-----")\n',
    ),
    (
        "a.py",
        'KEY = b"-----BEGIN PRIVATE KEY-----(?P<abcdefghijklmnopqrstuvwxyz0123456789>)-----END X-----"\n',
    ),
    ("note.txt", "the password is case-sensitive; the token is Base64-encoded text\n"),
    ("note.txt", f"Next page token: {RANDOM}\n"),
    ("m.md", "Set API_TOKEN=your-token and API_KEY=$KEY, then TOKEN=getToken()\n"),
    ("a.py", "parser.add_argument('--token', default='none')\nget('token', 'session')\n"),
    ("people.csv", "name,token_type\nana,Kq7FAKED77zLw8\n"),
    ("x.yaml", "- value: eu-west-1\n  name: SECRET_REGION\n"),
    ("x.conf", '  token "off";\n  key "plant";\n'),
]


@pytest.mark.parametrize(("file", "said"), HELD, ids=lambda value: value.splitlines()[0][:40])
def test_a_value_is_found_at_its_place(file: str, said: str) -> None:
    start, end = said.index("[["), said.index("]]") - 2
    body = said.replace("[[", "", 1).replace("]]", "", 1)
    assert [(span.start, span.end) for span in scan_text(body, file)] == [(start, end)]


@pytest.mark.parametrize(("file", "said"), NOT_HELD, ids=lambda value: value.splitlines()[0][:40])
def test_what_only_resembles_such_a_place_holds_none(file: str, said: str) -> None:
    assert scan_text(said, file) == ()


def test_arguments_may_hold_assignments_and_documents() -> None:
    args = [
        "run",
        f"--env=PLANT_KEY={RANDOM}",
        f'{{"apiKey":"{RANDOM}"}}',
        "--env=MODE=fast",
        '{"mode":"fast"}',
    ]
    found = find_in_arguments(args, Place(part="argument"))
    assert [(n, args[n][one.start : one.end]) for n, one in found] == [(1, RANDOM), (2, RANDOM)]


def test_a_key_alone_is_one_as_an_option_or_a_variable() -> None:
    args = ["--key", RANDOM, f"--key={RANDOM}", "--key", "orders", "--key", "/etc/plant.pem"]
    assert [n for n, _one in find_in_arguments(args, Place(part="argument"))] == [1, 2]
    env = {"env": {"KEY": RANDOM}, "item": {"key": RANDOM}}
    assert [one.pointer for one in scan_document(env)] == ["/env/KEY"]


def test_an_escaped_blank_parts_words_as_a_blank_does() -> None:
    rule = f"Shell(curl -H Authorization:\\ Bearer\\ {RANDOM} https://x.example)"
    assert [rule[one.start : one.end] for one in find(rule, Place(part="rule"))] == [RANDOM]


def test_a_remembered_command_of_a_program_holds_its_password() -> None:
    rule = f"Bash(mysql -uroot -p{WORD} -e 'select 1')"
    assert [rule[one.start : one.end] for one in find(rule, Place(part="rule"))] == [WORD]


def test_a_prompt_that_is_declared_secret_may_hold_it_already() -> None:
    asked = {"inputs": [{"id": "one", "password": True, "default": RANDOM}, {"id": "two", "default": RANDOM}]}
    assert [one.pointer for one in scan_document(asked)] == ["/inputs/0/default"]


def test_the_private_half_of_a_web_key_is_found_in_a_document() -> None:
    key = {"kty": "RSA", "n": RANDOM, "e": "AQAB", "d": RANDOM}
    assert [(one.pointer, one.finding.kind) for one in scan_document({"keys": [key]})] == [
        ("/keys/0/d", "private_key")
    ]


MODULES = (
    assignments, blocks, commands, extents, judge, kubernetes_text, phrases, pieces, placeholders, randomness,
    references, shapes, spoken, structured, text,
)  # fmt: skip
HOSTILE = (
    "curl -u a:", "identified by ", "password ", "token=", 'token="', "bearer aaaaaaaa ", "http://a:b@",
    "eyJ",
    "-----BEGIN PRIVATE KEY-----", "${a:-", "docker login -p ", "mysql ", "echo a | ", "--password-stdin ",
    'auth=("a","', "checksum/secret: ", "Default:\n", "\x1b[", '"kty" "d":"', "name: a, value: ",
    "cookie: a=",
)  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_work_grows_no_faster_than_hostile_text(piece: str) -> None:
    once, twice = (_calls(piece * (size // len(piece))) for size in (6_000, 12_000))
    assert twice <= 2.2 * once + 200


def _calls(said: str) -> int:
    """How many calls of Python and of its library one scan makes."""
    count = 0

    def seen(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    scan_text("a", "a.md")
    sys.setprofile(seen)
    try:
        scan_text(said, "a.md")
    finally:
        sys.setprofile(None)
    return count


def test_no_pattern_repeats_without_a_bound() -> None:
    """What one call of a pattern costs shows in no count of calls, so every repetition has its limit."""
    endless = re.compile(r"[*+](?!\+)|\{\d*,\}")
    patterns = {
        f"{module.__name__.rpartition('.')[2]}.{name}": pattern.pattern
        for module in MODULES
        for name, pattern in vars(module).items()
        if isinstance(pattern, re.Pattern)
    }
    for table, field in (("prefixed", "rest"), ("whole", "shape")):
        patterns |= {f"{row['vendor']} {row[field]}": row[field] for row in shapes._table()[table]}
    found = {
        name
        for name, pattern in patterns.items()
        if endless.search(re.sub(r"\\.|\[(?:\\.|[^\]\\])*\]", "_", pattern))
    }
    assert found == ONE_CLASS


ONE_CLASS = {
    "judge.HEX", "randomness.HEX", "judge._PUBLIC", "judge._BASE64", "placeholders._MASKED",
    "placeholders._WORD", "randomness._PART",
}  # fmt: skip
"""Repeat one class of characters with nothing of the same class after it, so they never look back."""
