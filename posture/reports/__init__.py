"""One file per format: an assessment in, bytes out."""
