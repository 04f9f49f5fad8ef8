"""One play of a country: crime goes on, orders are obeyed, answers are given, and what was true is kept."""
