"""API keys of partners' programs: the keys, their scopes and their quotas.

A key is 256 random bits, shown once. The ledger keeps a hash keyed with a secret of the home, so that write access
to the database alone is not enough to plant a key. The server holds all keys in memory (`KeyRing`): a check takes
microseconds, and a revoked key is refused at once.
It refuses: to show a key twice, to open more than a key's scopes, and to trust keys that the ledger has not
confirmed in the last seconds.
"""
