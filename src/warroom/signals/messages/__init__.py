"""What a message is: a scam, advertising, a one-time code or ordinary, how likely, of which type, and by which words.

It refuses to judge whoever sent it: a reading is of the text alone. Its language is used to choose words to look for and is
no feature.
"""
