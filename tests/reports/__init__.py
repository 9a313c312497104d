"""Reports: an assessment in, bytes out."""
