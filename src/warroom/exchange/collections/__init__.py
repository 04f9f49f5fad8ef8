"""Collections of objects that partners read from this room and hand to it, as the TAXII server offers them.

Every object stays as it came, to the byte of its text. It refuses objects whose mark is narrower than what a collection is for, and
says of a collection nothing to a partner who may neither read nor write it: not even that it exists.
"""
