"""Ratings, and erasures that the gateway carries out itself."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create ``rating`` and tell the two kinds of erasure apart."""
    op.create_table(
        "rating",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, index=True),
        sa.Column("conversation", sa.String(255), nullable=False),
        sa.Column("message", sa.String(20), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("topic", sa.String(120)),
        sa.Column("value", sa.String(8), nullable=False),
        sa.Column("comment", sa.Text),
        sa.UniqueConstraint("conversation", "message"),
    )
    op.add_column("erasure_request", sa.Column("kind", sa.String(20), nullable=False, server_default="person"))
