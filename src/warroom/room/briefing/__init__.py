"""The briefing of a period: what was done, its results and harm, how fast partners answered, and what runs
out next. Every figure lists its rows.

It refuses: to disclose cases sealed to others, or their number; to disclose small counts of people; and to call
anything an effect that is within the range of chance.
"""
