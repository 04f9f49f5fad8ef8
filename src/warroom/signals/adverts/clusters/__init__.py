"""Clusters of adverts that copy one script, built as adverts come: stable cluster numbers, templates, and
shared contacts.

A script that two pages share proves no common author: organisers are linked by a telephone, an account of a chat program, a
wallet or a domain that both show, and never by one that half the country uses.
"""
