"""Legal rules as dated data, and the lawyer's word on each.

It refuses to let a rule carry an action outside an exercise before a named lawyer has confirmed its exact
text.
"""
