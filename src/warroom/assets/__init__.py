"""Assets from tracing to pay-out: a register with a double-entry book in which every baht adds up.

Custody is what was seized, more or less by later valuations, less what was returned, spent on keeping it, and paid
out; the database checks it with every booking. Victims register their losses within the law's window and are paid
pro rata to the satang, never more than the loss; what is left goes to the fund that the proceeding names.

It refuses: to hold an asset past the law's clock without a court's word, to forfeit or pay out what an honest owner
claims, to let who drafted a pay-out approve it, to pay by a plan whose ground has changed, and to pay a line twice.
"""
