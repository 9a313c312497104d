"""What every reader of agent configuration shares: one record of a tool server, one way to rows."""
