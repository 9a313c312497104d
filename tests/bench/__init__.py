"""The generators of the bench."""
