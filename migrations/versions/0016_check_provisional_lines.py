"""Check provisional lines."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

ACTIONS = (
    "submit", "take", "request_info", "supply_info", "accept", "accept_partly", "reject", "route",
    "resolve", "confirm", "dispute", "close_rejected", "cancel", "revise_promise",
    "change_demand", "deem_accepted", "contest",
)  # fmt: skip
CHECKS = ("provisional", "found", "not_found", "taken")


def upgrade() -> None:
    op.add_column("claim_line", sa.Column("shipment_check", sa.String(length=40), nullable=True))
    op.create_check_constraint(
        op.f("ck_claim_line_shipment_check"), "claim_line", f"shipment_check IN ({_words(CHECKS)})"
    )
    _allow_actions((*ACTIONS, "check_shipment"))


def downgrade() -> None:
    _allow_actions(ACTIONS)
    op.drop_column("claim_line", "shipment_check")


def _allow_actions(actions: tuple[str, ...]) -> None:
    name = op.f("ck_claim_event_action")
    op.drop_constraint(name, "claim_event", type_="check")
    op.create_check_constraint(name, "claim_event", f"action IN ({_words(actions)})")


def _words(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)
