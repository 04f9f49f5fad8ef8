"""What was decided, in PostgreSQL: the database and its upgrades, decisions that happen once, deadlines, and the log that
nobody can change.

It knows no hold, case or person found: the rooms above it keep their own tables here. It refuses: to forget or alter a
row of the log, to let one key decide twice, and to open a ledger that a newer program wrote."""
