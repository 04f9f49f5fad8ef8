"""Telephones: cards and who registered them, calls, and the few messages that reports and lures brought.

Legal call centres, delivery riders and marketers call more than a hundred numbers a day too. The package writes no
text but of reported messages and lures.
"""
