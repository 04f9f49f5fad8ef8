"""What others call the ways that signals show: the techniques of MITRE's Fight Fraud Framework.

A tag says which way something looks like, and nothing of who did it.
"""
