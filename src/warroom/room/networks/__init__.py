"""Groups of subjects as the ledger keeps them: numbers that stay, what became of each day by day, and who may have which part.

It refuses: a rank for somebody under screening, and to say why somebody has none; a rank to a role that does not need one; an action of
any kind. A group is an aid to reading and no accusation.
"""
