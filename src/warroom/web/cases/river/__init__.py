"""The money river: a frozen trail drawn over time, as geometry that a template writes out as SVG.

Lanes are accounts, the axis is minutes since the victim's transfer, thickness is money still traced. It draws
only what the trail says; where there are more accounts than lanes it folds them by hop and says how many it
folded.
"""
