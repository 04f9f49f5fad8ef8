"""Adverts that are copies of one script, as they come: clusters whose numbers stay, their templates, and who shares what.

A script that two pages share proves no common author: organisers are linked by a telephone, an account of a chat program, a
wallet or a domain that both show, and never by one that half the country uses.
"""
