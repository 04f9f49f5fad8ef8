"""Partners: who they are, what was agreed with each, what left for them under which mark, what they ask, and matching runs.

It refuses: to send anything without an agreement in force, its basis and a mark that allows it, to name one recipient to another,
to send what survivors said without an approval of its own, and to let a request fall asleep.
"""
