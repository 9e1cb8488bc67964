"""Run by Alembic: migrates over the connection that `survey_db.database.upgrade` holds locked."""

from __future__ import annotations

from alembic import context

from survey_db.schema import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
with context.begin_transaction():
    context.run_migrations()
