"""What officers decide about a person found: registering, screening, identification, charges, referrals, consents, more
days, notices, breaking the glass, erasure.
"""
