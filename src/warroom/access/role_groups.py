"""Groups of roles by name: who does a thing, wherever it is asked."""

from warroom.ledger.officers import ROLES

READERS = tuple(role for role in ROLES if role not in ("screener", "admin"))
"""Who may read requests and assets: everyone who works cases, and who checks them."""
