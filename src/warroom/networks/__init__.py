"""Networks: a case's accounts, the money between them, and their other ties.

A network is built from one frozen trail and the records that partners sent, as of one moment. Every tie says
which records show it, so that a chart can be shown to a court. Groups are those who deal with each other more
than with others; they are an aid to reading and no accusation.

It refuses: a tie without a record behind it, to look past its moment, to open an honest shop's or a victim's
account (whose other dealings do not concern the case), and to follow hubs, such as a cell or a feeder, that
connect strangers.
"""
