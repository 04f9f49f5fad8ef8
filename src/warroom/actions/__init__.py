"""Actions of every kind but the hold: proposed, decided, sent, in effect, ended. The tables still call one a measure.

A declaration of `kinds` says who may do what, by when, with which documents; this package follows it. An
action is in effect when its partner says so; silence strikes a deadline; it ends by itself, and the order to
undo is repeated until the partner confirms.

It refuses: an approval of what the officer has not seen, one by the proposer where both are kept apart, one after its
time, without its documents or under a law that no lawyer has confirmed; the same action twice at once on one subject;
and every step that the state machine does not know. The ledger's triggers refuse the same.
"""
