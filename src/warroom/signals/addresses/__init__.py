"""Web addresses in texts: whose they are, and whose they imitate. Used by messages and domains.

It makes no network request.
"""
