"""What every reader of agent configuration shares: one record of a tool server, and one way from it to rows."""
