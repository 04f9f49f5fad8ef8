"""Holds of what comes in: a named officer flags an account, its bank lets payments that come in wait, and their payers are asked.

The bank decides on its own suspicion; each payment waits for seven days at most.
It refuses: to touch the balance or the account, to begin on a signal without an officer, to tell anybody before a payment
waits, and to keep a payment whose payer meant to pay.
"""
