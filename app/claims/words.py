"""What states, actions and holders of the ball are called on screens."""

from app.claims.rules import Action, BallWith, ClaimState
from app.claims.triage import Filter
from app.core.errors import N_
from app.core.words import call

call(
    {
        ClaimState.DRAFT: N_("Draft"),
        ClaimState.SUBMITTED: N_("Submitted"),
        ClaimState.VERIFICATION: N_("Being checked"),
        ClaimState.NEEDS_INFO: N_("Needs information"),
        ClaimState.ACCEPTED: N_("Accepted"),
        ClaimState.PARTIALLY_ACCEPTED: N_("Partly accepted"),
        ClaimState.REJECTED: N_("Rejected"),
        ClaimState.EXECUTION: N_("Being carried out"),
        ClaimState.RESOLVED: N_("Carried out"),
        ClaimState.CLOSED: N_("Closed"),
        ClaimState.CANCELLED: N_("Withdrawn"),
    }
)
call(
    {
        Action.SUBMIT: N_("Filed the claim"),
        Action.TAKE: N_("Took the claim to work"),
        Action.REQUEST_INFO: N_("Asked the dealer"),
        Action.SUPPLY_INFO: N_("Answered the questions"),
        Action.ACCEPT: N_("Accepted the claim"),
        Action.ACCEPT_PARTLY: N_("Accepted the claim in part"),
        Action.REJECT: N_("Rejected the claim"),
        Action.ROUTE: N_("Sent the claim to the departments"),
        Action.RESOLVE: N_("Finished the work"),
        Action.CONFIRM: N_("Confirmed the result"),
        Action.DISPUTE: N_("Disputed the result"),
        Action.CLOSE_REJECTED: N_("Closed the rejected claim"),
        Action.CANCEL: N_("Withdrew the claim"),
    }
)
call(
    {
        BallWith.DEALER: N_("Dealer"),
        BallWith.MANAGER: N_("Claim manager"),
        BallWith.DEPARTMENT: N_("Department"),
        BallWith.NOBODY: N_("Nobody"),
    }
)
call(
    {
        Filter.TO_DECIDE: N_("To decide"),
        Filter.MINE: N_("Mine"),
        Filter.ASKED: N_("With the dealer"),
        Filter.WORKING: N_("Being carried out"),
        Filter.OVERDUE: N_("Overdue"),
        Filter.ALL: N_("All"),
    }
)
