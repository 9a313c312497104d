"""The nouns: tables, keys, links, results, coverage, assessment; and plain() for foreign text."""
