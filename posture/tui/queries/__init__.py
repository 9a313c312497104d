"""What the screens ask of the tables."""
