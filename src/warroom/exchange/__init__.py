"""Partners' standards: renders orders as messages, delivers them, reads the answers.

Orders are plain data in every other package. Here one becomes camt.056.001.08 with our own supplementary schema, is
written to the outbox and, in a live home, posted with a signature to the bank. An exercise or demo home never opens a
connection. This package decides nothing: a hold is in effect only when the bank confirms it.
"""
