"""Pages of an exercise: its clock, and what came of it."""
