"""Features of a transfer, from nothing but what came before it: of its payer, its payee and the way between them.

One implementation serves files and streams: rows are taken one after the other in their order, and no row sees a later
one, not within a batch either. It refuses to know a label, a person, or anything that was not known at the moment.
"""
