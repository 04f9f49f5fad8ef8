"""Decisions about a person found: registration, screening, identification, charges, referrals, consents,
extensions, notices, breaking the glass, erasure.
"""
