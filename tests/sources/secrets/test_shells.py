"""What a shell hands to programs is found by the words around it, and only there."""

import pytest

from posture.sources.secrets import scan_text

VALUE = "Zk3FAKED07vQ9xLm2TpR8wYs"


@pytest.mark.parametrize(
    "line",
    [
        'docker login -u ci --password-stdin r.example <<< "@"',
        "gh auth login --with-token <<< @",
        "printf '%s' '@' | gh auth login --with-token",
        'printf "%s\\n" "@" | docker login -u ci --password-stdin r.example',
        "echo -n @ | sudo -S apt-get update",
        "echo deploy:@ | chpasswd",
        'echo "@" \\\n  | docker login --password-stdin',
        "echo '@' | gpg --batch --passphrase-fd 0 -d x.gpg",
        "openssl enc -aes-256-cbc -k @ -in x",
        "openssl pkcs12 -export -passout pass:@ -in x",
        "htpasswd -b /etc/nginx/users admin @",
        "htpasswd -bc users admin '@'",
        "read -r -s TOKEN <<<@",
    ],
)
def test_what_is_handed_over(line: str) -> None:
    text = "#!/bin/sh\nset -e\n" + line.replace("@", VALUE) + "\necho done\n"
    start = text.index(VALUE)
    assert [(span.start, span.end) for span in scan_text(text, "x.sh")] == [(start, start + len(VALUE))]


@pytest.mark.parametrize(
    "line",
    [
        "grep token <<< @",
        "read -r NAME <<< @",
        "echo @ | tee out.txt",
        "echo @\ndocker login --password-stdin < token.txt",
        "openssl enc -in @ -k $KEY",
        "openssl dgst -passin env:@ x",
        "TOKEN=$(cat @)",
        "TOKEN=$(printf '%s' \"$@\")",
    ],
)
def test_what_is_something_else(line: str) -> None:
    assert scan_text(line.replace("@", VALUE) + "\n", "x.sh") == ()
