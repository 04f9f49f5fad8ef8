"""Dated legal rules and the kinds of action that they permit, as data.

It refuses: to let a rule carry an action outside an exercise before a named lawyer has confirmed its exact text."""
