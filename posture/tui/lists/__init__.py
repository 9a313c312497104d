"""What the lists of each screen say of a row, column by column."""
