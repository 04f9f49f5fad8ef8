"""What looks wrong before anybody reports it: accounts that work like mules, with a probability, reasons and doubts.

It refuses to propose a hold, to carry a suspicion over to a person's other accounts, and to look past `as_of`. The
world's truth is out of its reach: what it learns from is a file of labels.
"""
