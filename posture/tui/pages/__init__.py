"""What the panes say of one row, in paragraphs."""
