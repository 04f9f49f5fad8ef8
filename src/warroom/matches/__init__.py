"""Officers' statements that two records are of one subject, or of two.

It refuses to change a record or a number: a statement is added, and taken back whole."""
