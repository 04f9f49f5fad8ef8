"""What waits, defined once: board, queue, work list and wall count and page from here.

Each kind of thing declares in a `TaskSource` what of it an officer may know of and when it belongs to which
filter; lists and counts use the same conditions, so that a count is always the length of its list. What is
sealed to others is neither listed nor counted, by one condition in `sources.py`. Nothing here decides.
"""
