"""What can be reached from where: in bulk over arrays, in detail over the neighbourhood in question."""
