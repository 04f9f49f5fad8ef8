"""Refunds that need no forfeiture: a notice opens a window, victims claim by a form with their code, and two officers approve the shares.

It refuses: a window or a pay-out by a rule that no lawyer has confirmed, a claim outside the window or a second one, shares before the
window is over or above the pot, an approval by the officer who proposed the shares, and a second payment of one share.
"""
