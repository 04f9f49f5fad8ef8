"""The ledger's tables, the limits of holds, the audit log that cannot be changed, and who may do what."""

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make everything."""
    connection = op.get_bind().connection.driver_connection
    assert connection is not None
    for name in ("0001_tables.sql", "0001_guards.sql"):
        # Several statements and dollar quotes: as the driver takes them, without looking for parameters.
        connection.execute(Path(__file__).with_name(name).read_text(encoding="utf-8"))
