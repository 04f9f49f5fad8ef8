"""Partners' programs at the door: the keys they come with, what a key opens, and how much they may ask.

A key is 256 random bits, shown once. The ledger keeps a hash keyed with a secret of the home, so that whoever can
write to the database alone cannot plant a key. The server holds all keys in memory (`KeyRing`): a request costs
microseconds, and a key that was ended is refused at once.

It refuses: to show a key twice, to open more than a key's scopes, and to trust what it has not heard confirmed.
"""
