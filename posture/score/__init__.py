"""Where we stand: score, status per control, trend, diff."""
