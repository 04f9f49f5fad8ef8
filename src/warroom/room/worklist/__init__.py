"""The room at a glance: what is urgent, waits for an officer, is late, in effect or lapsed, over all kinds of things.

Each kind says in a `Source` what of it an officer may know of and when it belongs to which sort; lists and counts are
made of the same conditions, so that a count is always the length of its list. What an officer may not see is neither
listed nor counted. Nothing here decides: a line leads to the page where that is done.
"""
