"""Rows of many sources become one estate: merged, inferred, joined."""
