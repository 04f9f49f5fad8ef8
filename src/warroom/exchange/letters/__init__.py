"""Letters: an order as paper an agency accepts, in Thai and in English, as PDF.

A letter says what its message says and nothing else; the same facts give the same bytes. It refuses to be written
without the Thai fonts, because a letter nobody can read is no letter.
"""
