"""Pages for people: the board, the case with its money river, the law, the log, and a door for who is held.

It shows what the rooms answer and carries decisions back to them; it decides nothing itself. It
refuses to ask any other host for anything, to write personal data into a log, and to say a thing in only one
language.
"""
