"""What a check is, and how its three answers are given; library/ has one file per check."""
