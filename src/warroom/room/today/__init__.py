"""The room today and in the last hour: what was reported, held, gone and wrongly held, who is at the desk,
which banks are silent.

Figures over what its reader may know of; nothing of one person, and nothing that is decided.
"""
