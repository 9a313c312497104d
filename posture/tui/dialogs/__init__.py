"""Dialogs over a screen, each returning a value."""
