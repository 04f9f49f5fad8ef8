"""Signals of crime before anybody reports it, such as mule accounts, with a probability and reasons for and
against.

It refuses to propose a hold, to extend a suspicion to a person's other accounts, and to use anything later
than `as_of`. It has no access to the simulated world's truth: models learn from a file of labels.
"""
