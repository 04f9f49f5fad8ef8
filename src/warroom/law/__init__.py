"""Dated legal rules and the kinds of action they carry, as data.

It refuses: to let a rule carry an action outside an exercise before a named lawyer has confirmed its exact text."""
