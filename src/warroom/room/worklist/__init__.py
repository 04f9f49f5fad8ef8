"""The board's columns and the list of everything under way; and what else is listed for people: orders, the log, changes.

Lists and counts come from `room/waiting`. Nothing here decides: a line leads to the page where that is done.
"""
