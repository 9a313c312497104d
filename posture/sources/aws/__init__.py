"""What the AWS sources have in common: answers as the command line prints them, accounts, policy texts."""
