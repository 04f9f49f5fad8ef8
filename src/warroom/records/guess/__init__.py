"""Proposes a mapping for a file without one, from its headings and values.

It never guesses in silence: each unclear point is a doubt, a sentence that names the choices and where the
answer goes; and it proposes no column that no table may hold.
"""
