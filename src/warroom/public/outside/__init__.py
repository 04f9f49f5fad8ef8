"""The wall between the internet and the officers' server: what the public process has in its hands, and nothing more.

It signs in to the database as a role that may call four functions: send, read a receipt, ask whether a number was reported
by several, read what is published. What is sent is sealed to the room before it leaves the process, so that it cannot be
read back even there. Nothing here knows the lake, the ledger's tables, an officer or a key of the home.
"""
