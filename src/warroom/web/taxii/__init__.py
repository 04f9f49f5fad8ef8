"""The TAXII 2.1 server (OASIS Standard, 10 June 2021): partners' programs read collections and hand objects in, by their keys."""
