"""Names, adverts and messages that people labelled: what the program says of them measured, and how its model of messages is
learned from open collections.
"""
