"""One collector per SDK; it runs the calls that sources declare and writes a snapshot."""
