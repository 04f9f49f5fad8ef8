"""The briefing of a period: what was done, what came of it, whom it harmed, how fast partners answered, and what runs
out next. Every figure carries its rows.

It refuses: to tell of cases sealed to others, or how many there are; to tell small counts of people; and to call
anything an effect that lies within what chance alone would bring.
"""
