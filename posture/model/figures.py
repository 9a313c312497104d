"""What is counted, in the same words wherever it is said: scopes, the score, identities and systems."""

from __future__ import annotations

from collections.abc import Mapping

from posture.model.overview import Overview, Score

SCORE = "control score"
UNCLASSED = "not known"
"""The class, or provider, under which is counted what nobody says one of."""
UNCHOKED = "not looked for: there are too many ways"
"""What stands where choke points would."""

_SCOPES = {
    "aws": ("AWS account", "AWS accounts"),
    "gcp": ("GCP project", "GCP projects"),
    "azure": ("Azure subscription", "Azure subscriptions"),
    "kubernetes": ("cluster", "clusters"),
    "github": ("GitHub repository", "GitHub repositories"),
    "local": ("local place", "local places"),
    UNCLASSED: ("scope of no known provider", "scopes of no known provider"),
}


def scopes(said: Overview) -> list[str]:
    """`3 AWS accounts`, `1 GCP project`: what the estate is made of."""
    return [
        f"{number:,} {_SCOPES.get(provider, (f'{provider} scope', f'{provider} scopes'))[number != 1]}"
        for provider, number in said.scopes.items()
    ]


def span(score: Score) -> str:
    """Where the score may lie, given what is not known."""
    return f"{score.low:.0f} to {score.high:.0f}"


def value(score: Score) -> str:
    """The one number where there is one, else the range that stands for it."""
    if score.shown is None or score.provisional:
        return span(score)
    return f"{score.shown:.1f}"


def beside(score: Score) -> str:
    """What is said beside `value`: its range and what caps it, or why there is no one value."""
    if score.value is None:
        return "range, nothing was assessed"
    if score.provisional:
        return f"range, {score.coverage:.0f} % assessed: too little for one value"
    capped = f", capped from {score.value:.1f}: {score.ceiling_because}" if score.ceiling is not None else ""
    return f"range {span(score)}{capped}"


def score(score: Score) -> str:
    """The score in full: `44.3 (range 36 to 55)`."""
    return f"{value(score)} ({beside(score)})"


def of_all(score: Score) -> str:
    """The same over every check, those without data counted as unknown; it never comes to one value."""
    return f"{score.of_all_low:.0f} to {score.of_all_high:.0f} (range)"


def identities(said: Overview) -> str:
    """`65: 56 inside (34 workload, ...), 9 from outside (6 vendor, ...)`; those of providers apart."""
    return f"{sum(said.identities.values()):,}: {sides(said)}" if said.identities else "none"


def sides(said: Overview) -> str:
    """How many identities are inside and how many come from outside, each by class."""
    inside = {word: number - said.outside.get(word, 0) for word, number in said.identities.items()}
    return ", ".join(
        f"{sum(counts.values()):,} {side} ({classes(counts)})"
        for side, counts in (("inside", inside), ("from outside", said.outside))
        if sum(counts.values())
    )


def classes(counts: Mapping[str, int]) -> str:
    """`34 workload, 3 of no known class`, most first."""
    ranked = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    return ", ".join(
        f"{number:,} {'of no known class' if word == UNCLASSED else word}"
        for word, number in ranked
        if number
    )


def left_out(said: Overview) -> str:
    """What is not among the identities: those that a provider made and runs itself."""
    number = said.provider_owned
    return f"{number:,} more {'is' if number == 1 else 'are'} the providers' own" if number else ""


def systems(said: Overview) -> str:
    """Those that have a name, and the patterns by which policies name whole kinds of them."""
    return f"{said.systems:,} by name{_patterns(said.patterns.get('systems', 0))}"


def reached(named: int, patterns: int) -> str:
    """How much is reached: `77 systems (36 by name, 41 patterns)`."""
    every = named + patterns
    apart = f" ({named:,} by name{_patterns(patterns)})" if patterns else ""
    return f"{every:,} system{'' if every == 1 else 's'}{apart}"


def _patterns(number: int) -> str:
    return f", {number:,} pattern{'' if number == 1 else 's'}" if number else ""
