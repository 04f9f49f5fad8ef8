"""The chart of a case as people get it: a drawing, tables that say the same, data for the page's island, and files and a
paper to take along.
"""
