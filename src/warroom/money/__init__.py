"""Follows reported money forward and proposes holds of exact amounts.

It refuses to hold anything itself, to name an account without an amount, and to look past `as_of`.
"""
