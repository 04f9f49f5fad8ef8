"""The map, and who hangs on a line."""
