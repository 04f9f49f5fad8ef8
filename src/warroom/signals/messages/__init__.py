"""What a message is: a scam, advertising, a one-time code or ordinary, how likely, of which type, and by which words.

It refuses to judge the sender: only the text is classified. Its language selects the word lists and is no
feature.
"""
