"""The one list of what is decided next: cases and appeals by the baht that leaves, on board, work, cases and wall alike.

What leaves within the hour if nobody acts ranks; a trickle never does, and the clock of a row always belongs to the amount
beside it. Filters only hide. Things without baht never enter here. Nothing here decides: a row leads to where that is done.
"""
