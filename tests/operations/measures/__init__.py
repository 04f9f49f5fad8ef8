"""Actions of every kind but the hold."""
