"""One file per source under library; collectors run the calls that sources declare."""
