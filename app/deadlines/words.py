"""What clocks, duties and rules are called on screens; the text of a law stays in its language."""

from flask_babel import gettext

from app.core.errors import N_
from app.core.words import call
from app.deadlines.circumstances import Circumstance
from app.deadlines.clocks import Late, Party, StartsAt
from app.deadlines.sla import SAFETY, SlaClock
from app.deadlines.stages import OptionKind

call(
    {
        SlaClock.FIRST_RESPONSE: N_("First response"),
        SlaClock.DECISION: N_("Decision"),
        SlaClock.DEALER_ANSWER: N_("Dealer's answer"),
        SlaClock.DEALER_SHIPS: N_("Dispatch by the dealer"),
        SlaClock.REMEDY: N_("Remedy as promised"),
        SlaClock.AUTO_CLOSE: N_("Confirmation by the dealer"),
    }
)
call(
    {
        Late.DEEMED_ACCEPTED: N_("The claim is deemed accepted"),
        Late.PENALTY_PER_DAY: N_("A penalty for each day"),
        Late.LOSES_RIGHT: N_("The right is lost"),
        Late.RIGHT_TO_WITHDRAW: N_("The customer may withdraw or demand a price reduction"),
        Late.NONE: N_("See the law"),
    }
)
call(
    {
        Circumstance.QUALITY_CHECK: N_("Quality check required"),
        Circumstance.NOT_IN_STOCK: N_("Replacement not in stock on the day of the demand"),
        Circumstance.WRITTEN_AGREEMENT: N_("Repair period agreed in writing"),
        Circumstance.EXPERT_OPINION: N_("Expert opinion ordered"),
        Circumstance.BUILT_IN: N_("Built-in appliance"),
        Circumstance.ESSENTIAL_DEFECT: N_("Essential defect after the warranty"),
    }
)

call(
    {
        OptionKind.OTHER_LANE: N_("Another lane"),
        OptionKind.ADVANCE_REPLACEMENT: N_("Replacement in advance, before the return arrives"),
        OptionKind.STOCK_SWAP: N_("Swap from the dealer's own stock"),
        OptionKind.ON_SITE_REPAIR: N_("Repair on site by a technician"),
        OptionKind.REFUND: N_("Refund in place of goods"),
        OptionKind.OFF_CYCLE_PAYMENT: N_("Payment outside of the usual run"),
    }
)

call(
    {
        Party.B2B: N_("between companies"),
        Party.B2C: N_("company and consumer"),
        Party.ANY: N_("anybody"),
    }
)
call(
    {
        StartsAt.DEMAND: N_("the customer's demand"),
        StartsAt.FILING: N_("the filing of the claim"),
        StartsAt.GOODS: N_("the return of the goods"),
        StartsAt.EVENT: N_("another event, named in the law"),
    }
)

# The priorities that the portal gives by itself; an administrator may name others.
PRIORITIES = {SAFETY: N_("Safety")}

# How goods, money and people travel. An administrator may name other modes; they stay as typed.
MODES = {
    "ltl": N_("Groupage"),
    "air": N_("By air"),
    "rail": N_("By rail"),
    "van": N_("By van"),
    "pallet": N_("Pallet network"),
    "technician": N_("Technician's trip"),
    "payment": N_("Regular payment run"),
    "off_cycle": N_("Off-cycle payment run"),
}

# Who must act, in the words of the rules.
DUTIES = {
    "manufacturer": N_("Manufacturer"),
    "seller": N_("Dealer as the seller"),
    "seller_or_manufacturer": N_("Dealer or manufacturer"),
    "dealer": N_("Dealer"),
    "consumer": N_("Consumer"),
    "claimant": N_("Claimant"),
    "carrier": N_("Carrier"),
    "guarantor": N_("Guarantor"),
    "previous_seller": N_("Previous seller"),
    "chain": N_("Everybody in the chain"),
    "buyer": N_("Buyer"),
    "consignee": N_("Consignee"),
}

# The titles of the shipped rules, so that they can be translated.
TITLES = (
    N_("Loan unit during the repair"),
    N_("Acceptance by quality, another town"),
    N_("Acceptance by quality, same town"),
    N_("Act on a hidden defect"),
    N_("Answer of the carrier"),
    N_("Answer to the consumer"),
    N_("Answer to the dealer"),
    N_("Call of the supplier's representative"),
    N_("Check and report of a danger"),
    N_("Claim for money before court"),
    N_("Confirmation of receipt"),
    N_("Correction invoice"),
    N_("Corrective tax document"),
    N_("Duties of the guarantor"),
    N_("Essential defect after the guarantee"),
    N_("Expert opinion"),
    N_("Free choice of the demand"),
    N_("Information before the remedy"),
    N_("Length of the guarantee"),
    N_("Money back after an expert opinion"),
    N_("Money back or a lower price for the dealer"),
    N_("Money back to the consumer"),
    N_("Notice of a defect"),
    N_("Notice to the carrier"),
    N_("Price reduction for the consumer"),
    N_("Recourse in the chain"),
    N_("Refund or replacement for the dealer"),
    N_("Remedy for the dealer"),
    N_("Repair for the consumer"),
    N_("Repair for the consumer, agreed in writing"),
    N_("Repair or replacement of built-in goods for the consumer"),
    N_("Repair or replacement for the consumer"),
    N_("Repair or replacement for the dealer"),
    N_("Replacement after a check of the quality"),
    N_("Replacement for the consumer"),
    N_("Replacement of what a consumer returned"),
    N_("Replacement that is not in stock"),
    N_("Settlement for the consumer"),
    N_("Start of the guarantee"),
    N_("Time to find a defect"),
)


def mode_name(mode: str) -> str:
    """Return what a mode of a lane is called in the reader's language."""
    return str(gettext(MODES[mode])) if mode in MODES else mode


def priority_name(priority: str) -> str:
    """Return what a priority is called in the reader's language."""
    return str(gettext(PRIORITIES[priority])) if priority in PRIORITIES else priority


def source_name(source: str) -> str:
    """Return where the text of a rule comes from, as far as a lawyer has to know it."""
    if "from knowledge" not in source:
        return str(gettext("the text of the law")) if source == "text read" else source
    if "text read" in source:
        return str(gettext("the text of the law, in part from general knowledge"))
    return str(gettext("general knowledge: to be held against the text of the law"))
