"""Which version of a classifier judged a sample."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column(
        "machine_prediction", sa.Column("version", sa.String(length=64), server_default="", nullable=False)
    )
