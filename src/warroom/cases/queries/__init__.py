"""Reading cases: one in full, lists of them, search by a number, and a row of the log with its proof."""
