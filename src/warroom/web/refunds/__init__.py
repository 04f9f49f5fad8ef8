"""The pages of refunds that need no forfeiture."""
