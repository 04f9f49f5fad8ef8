"""Whether two names are one person or company, whatever script and spelling they are written in, and why.

Script is a property of a text: it chooses how a name is read, and nothing here says what a person is.
"""
