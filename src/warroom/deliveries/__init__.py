"""Files that an officer brings: looked at in a private corner of the home, and taken in under the officer's name.

It refuses what nobody has answered yet: a mapping with open questions, and a file without a source, a legal basis and a purpose.
"""
