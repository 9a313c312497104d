"""One file per command: `command` is the function, EXAMPLES the end of its help."""
