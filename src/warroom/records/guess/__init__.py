"""What a mapping may be for a file that nobody has described yet, proposed from its headings and its values.

It refuses to be wrong in silence: what is not clear is a doubt, a sentence that says between what and what and where the
answer goes; and no column is proposed that no table may hold.
"""
