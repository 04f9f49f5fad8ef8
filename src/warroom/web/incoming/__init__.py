"""Pages of what comes in to flagged accounts: payments that wait, calls to payers, and holders' appeals."""
