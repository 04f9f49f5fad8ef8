"""The payee check: a bank asks about a pending payment and learns whether to warn its customer.

An answer is about the payment and never about the payee. It needs no query to the ledger: scores and flags are
kept in memory and refreshed in the background. Question and answer are on the disk, in a journal, before
the answer is sent; the log seals the journal every second.
It refuses: queries about an account without a payment, to state a probability, and enumeration of accounts.
Nothing here holds a payment: the bank and its customer decide.
"""
