"""Whether mules are as hard to tell in a country as they are in life: measured on what partners send, at life's own density.

A country in which one column tells mules proves nothing about whatever finds them there. So each acceptance says how
easily something simple may find them at most, and how much honest life does that looks like theirs.
"""
