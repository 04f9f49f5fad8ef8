"""Lines, cuts and what they reach."""
