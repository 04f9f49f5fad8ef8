"""Alembic's entry: runs the migrations on the connection that `ledger` hands over, in one transaction."""

from alembic import context

from warroom.ledger.base import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
with context.begin_transaction():
    context.run_migrations()
