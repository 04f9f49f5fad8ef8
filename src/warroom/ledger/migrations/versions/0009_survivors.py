"""People: screening, referral, and the wall around survivors."""

from pathlib import Path

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, then the wall: a schema of its own that only its functions reach."""
    connection = op.get_bind().connection.driver_connection
    assert connection is not None
    for name in ("0009_survivors.sql", "0009_wall.sql"):
        connection.execute(Path(__file__).with_name(name).read_text(encoding="utf-8"))
