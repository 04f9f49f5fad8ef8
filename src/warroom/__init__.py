"""The joint operations room against call-centre gangs and human trafficking.

Partners' records go in at one end, accountable actions come out at the other, and every action can be
explained, appealed and measured. The packages are the way through the house, in order; each imports only
what stands before it.
"""

__version__ = "0.1.0"
