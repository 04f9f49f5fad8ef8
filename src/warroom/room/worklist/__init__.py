"""The board's columns and the list of all work under way; also the lists of orders, of the log, and of changes.

Lists and counts come from `room/waiting`. Nothing here decides: a line leads to the page where that is done.
"""
