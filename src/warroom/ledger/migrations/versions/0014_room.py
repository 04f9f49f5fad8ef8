"""Saved views, and what lets the board count a hundred thousand cases in a moment."""

from pathlib import Path

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table and the indexes."""
    connection = op.get_bind().connection.driver_connection
    assert connection is not None
    connection.execute(Path(__file__).with_name("0014_room.sql").read_text(encoding="utf-8"))
