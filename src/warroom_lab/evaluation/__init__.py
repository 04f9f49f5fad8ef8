"""Plays a policy against a synthetic country and scores it: what was saved, who was harmed, what was missed.

It alone reads the world's truth, and keeps it from every policy that may not see it: a policy is handed records as
they were received, reports as they were told and answers as they came. It refuses to score what it cannot measure:
such a figure is null, with the reason beside it.
"""
