"""Adverts that recruit into scam sites: the words that show it, a probability, copies of one script, and
pages linked by contacts.

Every flag shows its words, and none decides alone. It refuses to use who a person is: nationality, ethnicity,
religion and sex are no features, and a language asked for is one only together with others.
"""
