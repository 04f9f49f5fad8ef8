"""Joint operations."""
