"""The sections of the Markdown report, in the order a reader wants them."""
