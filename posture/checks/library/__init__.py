"""Every check, one file each, named for what is wrong."""
