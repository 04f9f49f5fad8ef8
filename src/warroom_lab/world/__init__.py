"""A synthetic country to rehearse in: ordinary life, gangs that adapt, agencies that are slow, and what was true.

It sends what partners would send, in their own formats, obeys orders as partners would, and answers them. Persons,
banks, telcos and places are invented, numbers cannot be assigned, no real place is drawn. It imports `records` alone
and refuses to let anything but `evaluation` and tests read its truth.
"""
