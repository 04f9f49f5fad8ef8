"""The joint operations room against call-centre gangs and human trafficking.

Partners' records go in at one end, accountable actions come out at the other, and every action can be
explained, appealed and measured. The packages form layers (`.importlinter` has their order); each imports only
packages below it.
"""

__version__ = "0.1.0"
