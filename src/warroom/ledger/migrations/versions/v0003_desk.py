"""Who has taken a case, and the indexes behind what the board counts by day and by officer."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column and the indexes; a case of before belongs to nobody yet."""
    key = sa.ForeignKey("officers.id", name="cases_owner_id_fk")
    op.add_column("cases", sa.Column("owner_id", sa.BigInteger, key))
    op.create_index("cases_owner_id_idx", "cases", ["owner_id"])
    op.create_index("approvals_officer_id_idx", "approvals", ["officer_id"])
    op.create_index("proposals_officer_id_idx", "proposals", ["officer_id"])
    op.create_index("case_reports_reported_at_idx", "case_reports", ["reported_at"])
    op.create_index("releases_at_idx", "releases", ["at"])
