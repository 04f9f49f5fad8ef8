"""Where things stand and what feeds them: the supply network, the gazetteer, the outline of the invented country, and who hangs
on a line.

No officer is in it: it answers from records alone. It refuses: to draw a real place as guilty in an exercise."""
