"""An exercise on a small synthetic country: its partners send records, its banks obey, its gangs go on.

Everything goes the way real records go: partners' files are read by the readers, reports open cases, approved holds
leave as messages, banks answer with messages. It refuses to touch any home that is not a demo home. Persons, banks
and sums are invented; account numbers begin with 000, which no bank issues.
"""
