"""Adverts that recruit into sites: the words that show it, how likely, which adverts are copies, and who hangs together by them.

Every flag shows its words, and none decides alone. It refuses to look at who a person is: nationality, ethnicity, religion
and sex are no feature, and a language asked for is one only beside others.
"""
