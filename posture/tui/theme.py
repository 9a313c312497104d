"""How posture looks: one dark and one light theme, both calm, with one accent."""

from __future__ import annotations

from textual.theme import Theme

DARK = Theme(
    name="posture-dark",
    primary="#7fb4ca",
    secondary="#7fb4ca",
    accent="#7fb4ca",
    foreground="#c9d1d9",
    background="#0f141a",
    surface="#0f141a",
    panel="#1a222c",
    boost="#1a222c",
    success="#c9d1d9",
    warning="#d8b26e",
    error="#f0716b",
    dark=True,
    variables={
        "border": "#7fb4ca",
        "border-blurred": "#2b3643",
        "text-muted": "#98a5b2",
        "footer-background": "#0f141a",
        "footer-key-foreground": "#7fb4ca",
        "footer-description-foreground": "#98a5b2",
        "input-selection-background": "#7fb4ca 30%",
        "scrollbar": "#2b3643",
        "scrollbar-background": "#0f141a",
        "scrollbar-corner-color": "#0f141a",
    },
)
"""Night blue with one light-blue accent; red and yellow only where they mean something."""

LIGHT = Theme(
    name="posture-light",
    primary="#1f6583",
    secondary="#1f6583",
    accent="#1f6583",
    foreground="#23292f",
    background="#fbfaf7",
    surface="#fbfaf7",
    panel="#ecebe5",
    boost="#ecebe5",
    success="#23292f",
    warning="#8a5a00",
    error="#b3261e",
    dark=False,
    variables={
        "border": "#1f6583",
        "border-blurred": "#cfccc2",
        "text-muted": "#5a5e61",
        "footer-background": "#fbfaf7",
        "footer-key-foreground": "#1f6583",
        "footer-description-foreground": "#5a5e61",
        "input-selection-background": "#1f6583 25%",
        "scrollbar": "#cfccc2",
        "scrollbar-background": "#fbfaf7",
        "scrollbar-corner-color": "#fbfaf7",
    },
)
"""Paper with one deep-blue accent."""

THEMES = (DARK, LIGHT)

OFFERED = (*(colours.name for colours in THEMES), "ansi-dark", "ansi-light")
"""Ours, and the colours of the terminal; in other themes of Textual some of our text is hard to read."""
