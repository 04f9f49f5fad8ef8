"""Letters: an order as a PDF letter that an agency accepts, in Thai and English.

A letter has the content of its message and nothing else; the same facts give the same bytes. Without the Thai fonts
no letter is rendered, because nobody could read it.
"""
