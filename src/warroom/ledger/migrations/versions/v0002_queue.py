"""Once the tables of a job queue; servers take turns instead (0012 drops them where an older version made them)."""

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing any more."""
