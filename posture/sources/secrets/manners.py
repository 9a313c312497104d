"""How a file of a given name writes its values: as plain words, as program text, or as prose."""

from dataclasses import dataclass, field
from pathlib import PurePosixPath

from posture.sources.secrets.findings import Finding
from posture.sources.secrets.wordlists import listed

# Files in which a bare word after = or : is a value: in program text it is an expression, in prose a word.
_PLAIN_SUFFIXES = listed(
    """.env .ini .cfg .conf .config .cnf .properties .yaml .yml .toml .npmrc .pypirc .netrc .sh .bash .zsh
    .fish .ps1 .bat .cmd .service .credentials .secrets .cred .creds .tfvars .envrc .list .repo .sample
    .template .example .local .development .production .staging .test .j2 .dockerfile .reg .plist .log .out
    .err .txt .history .sql .csv .http .rest .ovpn .curlrc .s3cfg .boto .pgpass .json .jsonc .json5
    .tfstate .ipynb .har .xml"""
)
_PROSE_SUFFIXES = listed(".eml .md .mdx .rst .adoc .html .htm .log .out .err .txt .xml .css .svg .csv")
_CODE_SUFFIXES = listed(
    """.py .js .mjs .cjs .ts .tsx .jsx .go .rs .java .kt .kts .scala .groovy .rb .php .pl .pm .c .h .cc
    .cpp .hpp .cs .fs .swift .m .mm .lua .r .jl .ex .exs .erl .clj .cljs .hs .ml .dart .vue .svelte
    .tf .hcl .bicep .nix .gradle .sol .zig .vb .css .scss .less"""
)
_LOCKS = listed(
    """package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml go.sum cargo.lock poetry.lock
    pipfile.lock composer.lock gemfile.lock uv.lock bun.lock flake.lock packages.lock.json mix.lock
    pubspec.lock podfile.lock deno.lock .terraform.lock.hcl"""
)


@dataclass(frozen=True, slots=True)
class Manner:
    bare: bool
    """A bare word after = or : is a value."""
    prose: bool
    """A word may be just a word."""
    lock: bool
    """Hashes of packages: only what shows by itself what it is counts."""
    file: str
    judged: dict[tuple[str, str, str], Finding | None] = field(
        default_factory=dict, repr=False, compare=False
    )
    """What was found out of a text, its part and its name, as long as one file is scanned."""


def manner_of(filename: str) -> Manner:
    name = PurePosixPath(filename.replace("\\", "/")).name.lower()
    suffix = PurePosixPath(name).suffix or name
    code = suffix in _CODE_SUFFIXES
    bare = not code and (
        suffix in _PLAIN_SUFFIXES or suffix == name or name.startswith((".env", "dockerfile"))
    )
    return Manner(bare, code or suffix in _PROSE_SUFFIXES, name in _LOCKS, name)
