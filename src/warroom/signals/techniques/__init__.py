"""The techniques of MITRE's Fight Fraud Framework that signals show.

A tag names a technique, and says nothing about who used it.
"""
