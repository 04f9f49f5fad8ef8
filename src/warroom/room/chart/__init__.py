"""The chart of a case: its network for an officer who may read the case, with holds, actions and assets marked on it.

Every read, opened node, path and export is a row of the log. What the officer's roles do not need is masked,
and masked things cannot be opened.
"""
