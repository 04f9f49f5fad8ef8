"""Partners' standards: renders orders as messages, delivers them, reads the answers.

An order is data until here. It becomes camt.056.001.08 with our own supplementary schema, is written to
the outbox and, in a live home, posted signed to the bank. An exercise or demo home never opens a
connection: the code refuses. Nothing here decides: a hold is in effect only when the bank says so.
"""
