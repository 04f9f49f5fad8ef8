"""Who lives in the country: persons, companies, shops and agencies, and the accounts they hold."""

AGES = ("7-14", "15-19", "20-29", "30-39", "40-49", "50-59", "60-64", "65-74", "75+")
"""Age bands; holders' `age` is a position in this list, -1 for no person."""

TYPES = ("savings", "current", "wallet", "business", "public")
"""What banks call an account; accounts' `type` is a position in this list."""

TIERS = ("basic", "standard", "high", "business")
"""Classes of customers by how well the bank knows them; accounts' `tier` is a position in this list."""

LIMITS = ("50,000 a day", "200,000 a day", "2,000,000 a day", "by contract")
"""What each tier may pay: 50k, 200k and more by how a customer is known (P, Aug 2025: domain 3.5)."""
