"""Everything beside money: planned from the seed alone, played, and told as rows and labels."""
