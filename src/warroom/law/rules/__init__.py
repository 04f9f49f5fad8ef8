"""Legal rules as dated data, and their confirmation by a lawyer.

It refuses to let a rule carry an action outside an exercise before a named lawyer has confirmed its exact
text.
"""
