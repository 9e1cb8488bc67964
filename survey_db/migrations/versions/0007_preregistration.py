"""What is planned of a study before it is opened, and when that was."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("study", sa.Column("preregistration", sa.JSON(), server_default="{}", nullable=False))
    op.add_column("study", sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True))
