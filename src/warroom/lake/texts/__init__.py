"""Full-text search of the lake's records: words in the middle of a sentence, and numbers in any spelling.

The index is derived and rebuildable: deleting its folder loses nothing. It does not check who may read what
it finds; its callers do (`room.lookup`). Transfers, calls and readings are not in it: money has its own
index, and bulk tables are looked up by number.
"""
