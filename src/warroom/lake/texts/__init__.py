"""What the lake's records say and name, found in the middle of a sentence and in any spelling of a number.

An index beside the lake, derived and rebuildable: deleting its folder loses nothing. It holds no opinion on who may read
what it finds; `operations` asks that. Transfers, calls and readings are not in it: money has its own index, and bulk
tables are asked by number.
"""
