"""Places and their supply: the supply network, the gazetteer, the outline of the invented country, and who
depends on a line.

No officer is in it: it answers from records alone. It refuses: to draw a real place as guilty in an exercise.
"""
