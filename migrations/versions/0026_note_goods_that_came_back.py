"""Note goods that came back."""

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

ACTIONS = (
    "submit", "take", "request_info", "supply_info", "accept", "accept_partly", "reject", "route",
    "resolve", "confirm", "dispute", "close_rejected", "cancel", "revise_promise",
    "change_demand", "deem_accepted", "contest", "check_shipment",
)  # fmt: skip


def upgrade() -> None:
    _allow_actions((*ACTIONS, "goods_back"))


def downgrade() -> None:
    _allow_actions(ACTIONS)


def _allow_actions(actions: tuple[str, ...]) -> None:
    name = op.f("ck_claim_event_action")
    op.drop_constraint(name, "claim_event", type_="check")
    listed = ", ".join(f"'{action}'" for action in actions)
    op.create_check_constraint(name, "claim_event", f"action IN ({listed})")
