"""Campaigns: alerts to the public about rising threats, in its languages, with a measured effect.

Refused: an alert about a threat within its usual range; one written and approved by the same officer; texts that name a
number, an account or a link; an effect without its interval.
"""
