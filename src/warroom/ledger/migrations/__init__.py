"""How the ledger's tables came to be: Alembic migrations, run when the ledger is opened."""
