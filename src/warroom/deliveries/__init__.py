"""Files that an officer uploads: previewed in a private folder of the home, and ingested under the officer's
name.

It refuses a mapping with open questions, and a file without a source, a legal basis and a purpose.
"""
