"""What is decided about a person found: registering, screening, identification, charges, referrals, consents, breaking the glass,
erasure."""
