"""The money river: a trail drawn over time, as geometry that a template writes out as SVG.

Lanes are the rows of the case's table, the axis is minutes since the victim's transfer up to now, thickness is money. What
banks answered since is drawn where it was said: a lane bends there, into what is held and what had left.
"""
