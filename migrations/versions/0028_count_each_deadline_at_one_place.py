"""Count each deadline at one place: a clock knows the time zone of its days."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

# What the manufacturer receives and what it serves is counted at the plant, the rest at the dealer.
FILL = """
UPDATE claim_clock SET zone = CASE
        WHEN claim_clock.rule_code IS NULL THEN plant.time_zone
        WHEN (SELECT trigger FROM clock_rule
              WHERE code = claim_clock.rule_code AND version = claim_clock.rule_version)
            IN ('demand_received', 'defect_notified') THEN plant.time_zone
        ELSE dealer.time_zone
    END
FROM claim, plant, dealer
WHERE claim.id = claim_clock.claim_id AND plant.id = claim.plant_id AND dealer.id = claim.dealer_id
"""


def upgrade() -> None:
    op.add_column("claim_clock", sa.Column("zone", sa.String(length=64)))
    op.execute(FILL)
    op.alter_column("claim_clock", "zone", nullable=False)


def downgrade() -> None:
    op.drop_column("claim_clock", "zone")
