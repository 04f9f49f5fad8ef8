"""The code of the public process, which is between the internet and the officers' server: all that it can reach.

It signs in to the database as a role that may only call a few functions: submit, read a receipt, look up reported
identifiers, read published pages, get the day's key. A submission is encrypted to the room before it leaves the process, which
cannot decrypt it again. Nothing here can reach the lake, the ledger's tables, an officer or a key of the home.
"""
