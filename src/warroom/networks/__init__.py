"""Who hangs together with whom: a case's accounts, the money between them, and what else ties them to each other.

A network is built from one frozen trail and the records that partners sent, as of one moment. Every tie says which
records show it, so that a chart can be shown to a court. Groups are those who deal with each other more than with
others; they are an aid to reading and no accusation.

It refuses: a tie without a record behind it, to look past its moment, to open an honest shop or a victim's account (whose
other dealings are nobody's business here), and to run through hubs, such as a cell or a feeder, that tie strangers.
"""
