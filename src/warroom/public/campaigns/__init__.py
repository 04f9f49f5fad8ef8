"""Campaigns: what rises is told the public, in its languages, and it is measured whether telling helped.

Refused: an alert about what lies within its usual ups and downs; one that a single officer wrote and let out; words that name a
number, an account or a link; an effect that is told without its interval.
"""
