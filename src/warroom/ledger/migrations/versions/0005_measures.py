"""One outbox for everything, actions of every kind but the hold, and joint operations."""

from pathlib import Path

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Widen the outbox and make the tables."""
    connection = op.get_bind().connection.driver_connection
    assert connection is not None
    for name in ("0005_outbox.sql", "0005_tables.sql", "0005_guards.sql"):
        connection.execute(Path(__file__).with_name(name).read_text(encoding="utf-8"))
