"""Addresses on the internet as they stand in texts: whose they are, and whose they look like. Messages and domains both read them.

Nothing of the network is asked.
"""
