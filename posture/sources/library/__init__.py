"""Every source, one file each: SOURCE, claims(page) and read(page, into)."""
