"""People held in gangs' sites and people charged: screening comes before charges, doubt means presumed victim.

A person may be victim and suspect at once. The package keeps states only (held, consent, met, charged) and depicts
nothing.
"""
