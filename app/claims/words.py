"""What states, actions and those who must act next are called on screens."""

from app.accounts import words as _account_words  # noqa: F401
from app.catalog import words as _catalog_words  # noqa: F401
from app.claims.clock_models import ClockState, PauseReason, StopReason
from app.claims.customers import DataBasis
from app.claims.history_models import HistoryKind
from app.claims.requirements import AttachmentKind, AttachmentLevel
from app.claims.rules import Action, BallWith, ClaimState, CustomerKind, ShipmentCheck
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
        Action.TAKE: N_("Took charge of the claim"),
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
        Action.CHECK_SHIPMENT: N_("Checked the shipments once the ERP was available again"),
        Action.REVISE_PROMISE: N_("Promised another day"),
        Action.CHANGE_DEMAND: N_("Noted a changed demand"),
        Action.GOODS_BACK: N_("Noted the return of the goods by the customer"),
        Action.NOTE_CIRCUMSTANCE: N_("Noted a circumstance that changes a deadline"),
        Action.DEEM_ACCEPTED: N_("Deemed accepted: no answer in time"),
        Action.CONTEST: N_("Contested the deemed acceptance"),
        Action.REVISE: N_("Revised the decision"),
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
        Filter.AT_RISK: N_("At risk"),
        Filter.FOR_HEAD: N_("For the head of claims"),
        Filter.ALL: N_("All"),
    }
)
call(
    {
        CustomerKind.CONSUMER: N_("A consumer"),
        CustomerKind.SOLE_TRADER: N_("A sole trader who buys outside their trade"),
        CustomerKind.BUSINESS: N_("A business"),
    }
)
call(
    {
        DataBasis.CONTRACT: N_("Performance of the contract with the customer"),
        DataBasis.LEGAL_DUTY: N_("Compliance with a legal obligation"),
        DataBasis.CONSENT: N_("Consent of the customer"),
    }
)
call(
    {
        ClockState.RUNNING: N_("Running"),
        ClockState.PAUSED: N_("Paused"),
        ClockState.STOPPED: N_("Stopped"),
        ClockState.BREACHED: N_("Overdue"),
    }
)
call(
    {
        StopReason.DONE: N_("Done"),
        StopReason.DEMAND_CHANGED: N_("The demand was changed"),
        StopReason.PROMISE_CHANGED: N_("The promise was changed"),
        StopReason.WITHDRAWN: N_("The claim was withdrawn"),
        StopReason.ACCEPTED_BY_SILENCE: N_("Deemed accepted"),
        StopReason.OTHER_PERIOD: N_("Another period applies"),
        StopReason.DECISION_REVISED: N_("The decision was revised"),
    }
)
call(
    {
        PauseReason.NEEDS_INFO: N_("Waiting for the dealer's answer"),
        PauseReason.AWAITING_GOODS: N_("Waiting for the goods"),
        PauseReason.CUSTOMER_NOT_AVAILABLE: N_("The customer is not available"),
    }
)
call(
    {
        ShipmentCheck.PROVISIONAL: N_(
            "Provisional: the ERP was not available, it will be checked later"
        ),
        ShipmentCheck.FOUND: N_("Found in the shipments once the ERP was available again"),
        ShipmentCheck.NOT_FOUND: N_("Not in the shipments, also once the ERP was available again"),
        ShipmentCheck.TAKEN: N_("Was shipped, but nothing of it is free to be claimed"),
        ShipmentCheck.ELSEWHERE: N_("Was shipped by another plant or in another currency"),
    }
)
call(
    {
        HistoryKind.DATA_CHANGED: N_("Changed the data"),
        HistoryKind.LINE_ADDED: N_("Added a line"),
        HistoryKind.LINE_REMOVED: N_("Removed a line"),
        HistoryKind.FILE_ADDED: N_("Added a file"),
        HistoryKind.FILE_REMOVED: N_("Removed a file"),
        HistoryKind.MESSAGE_WRITTEN: N_("Wrote a message"),
        HistoryKind.NOTE_WRITTEN: N_("Wrote an internal note"),
        HistoryKind.LETTER_SENT: N_("Sent an e-mail"),
        HistoryKind.ACT_ISSUED: N_("Issued an act"),
        HistoryKind.WORK_OPENED: N_("Opened a work order"),
        HistoryKind.WORK_STARTED: N_("Started the work"),
        HistoryKind.WORK_BLOCKED: N_("Blocked the work"),
        HistoryKind.WORK_RESUMED: N_("Resumed the work"),
        HistoryKind.WORK_FINISHED: N_("Finished the work order"),
        HistoryKind.WORK_CANCELLED: N_("Cancelled the work order"),
        HistoryKind.WORK_MOVED: N_("Moved the due day of the work order"),
        HistoryKind.WORK_ADDED: N_("Added a department"),
        HistoryKind.WORK_REDIRECTED: N_("Passed the work on"),
        HistoryKind.WORK_TAKEN_BACK: N_("Took the work order back"),
        HistoryKind.STAGE_TOLD: N_("Reported the progress of a stage"),
        HistoryKind.ERP_RECEIVED: N_("The ERP confirmed the receipt"),
        HistoryKind.ERP_CHANGED: N_("The document in the ERP has changed"),
        HistoryKind.SHIPMENT_CHANGED: N_("The shipment in the ERP has changed"),
        HistoryKind.DECISION_NOT_MADE: N_("The confirmed decision was not made"),
        HistoryKind.ACCEPTANCE_NOT_RECORDED: N_("Deemed accepted, but could not be recorded"),
        HistoryKind.DECISION_HANDED_ON: N_("Handed the decision on to the head of claims"),
        HistoryKind.DECISION_HANDED_BACK: N_("Handed the decision back"),
        HistoryKind.PROPOSAL_WITHDRAWN: N_("Withdrew the decision from the head of claims"),
        HistoryKind.PROPOSAL_OBSOLETE: N_("The decision no longer waits: the claim has changed"),
        HistoryKind.PROPOSAL_DECIDED: N_("Decided what was handed on"),
    }
)
call(
    {
        AttachmentKind.PHOTO: N_("Photo"),
        AttachmentKind.FILE: N_("Photo or document"),
    }
)
call(
    {
        AttachmentLevel.MANDATORY: N_("Mandatory"),
        AttachmentLevel.WANTED: N_("Recommended"),
    }
)
