"""Accounts that work for somebody else: how likely, why, why not, and how that is learned."""
