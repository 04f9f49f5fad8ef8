"""The room today and in the last hour: how much came, was held, left and hurt, who is at the desk, which banks are silent.

Figures over what its reader may know of; nothing of one person, and nothing that is decided.
"""
