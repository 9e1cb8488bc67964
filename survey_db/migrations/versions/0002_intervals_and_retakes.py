"""What was heard of a clip, interval by interval, and who had seen the genres before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    # Older answers have the sum alone.
    for table in ("presentation", "response"):
        op.add_column(table, sa.Column("intervals_heard", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("listener", sa.Column("is_retake", sa.Boolean(), server_default=sa.false(), nullable=False))
