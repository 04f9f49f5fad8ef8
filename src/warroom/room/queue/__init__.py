"""The one list of what to decide next: cases and appeals ranked by the money that leaves, for board, work,
cases and wall.

Rows are ranked by what leaves within the hour if nobody acts, and the clock of a row always belongs to that
amount. Filters only hide. Things without an amount are in other lists. Nothing here decides: a row links to
where that is done.
"""
