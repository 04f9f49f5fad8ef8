"""Requests to partners, and assets from tracing to pay-out."""

from pathlib import Path

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and their guards."""
    connection = op.get_bind().connection.driver_connection
    assert connection is not None
    for name in ("0006_requests.sql", "0006_guards.sql"):
        connection.execute(Path(__file__).with_name(name).read_text(encoding="utf-8"))
