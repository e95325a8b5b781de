"""What messages and documents of the exchange are called on screens."""

from typing import Any

from app.core.errors import N_
from app.core.words import call
from app.erp.differences import What
from app.erp.job_models import JobKind, JobSource, JobState
from app.erp.models import DeskAct, DocumentKind
from app.outbox.models import MessageState
from app.outbox.rules import ConnectionState, Happening

call(
    {
        DocumentKind.CLAIM: N_("Claim"),
        DocumentKind.DECISION: N_("Decision"),
        DocumentKind.ACT: N_("Act"),
        DocumentKind.EVIDENCE: N_("File"),
    }
)
call(
    {
        What.MISSING: N_("not in the ERP"),
        What.OLDER: N_("an older revision in the ERP"),
        What.NEWER: N_("a newer revision in the ERP"),
        What.DELETED: N_("marked for deletion in the ERP"),
        What.UNPOSTED: N_("no longer posted in the ERP"),
        What.NUMBER: N_("another number in the ERP"),
        What.STATUS: N_("another state in the ERP"),
        What.AMOUNT: N_("another amount in the ERP"),
        What.CONTENT: N_("another file in the ERP"),
        What.DOUBLED: N_("twice in the ERP"),
    }
)
call(
    {
        MessageState.WAITING: N_("Waiting"),
        MessageState.LEASED: N_("Being sent"),
        MessageState.DONE: N_("Done"),
        MessageState.PARKED: N_("On hold"),
    }
)
call(
    {
        ConnectionState.WORKING: N_("Working"),
        ConnectionState.CLOSED: N_("Closed on the other side"),
        ConnectionState.BROKEN: N_("Does not answer"),
        ConnectionState.DENIED: N_("Log-in refused"),
        ConnectionState.FOREIGN: N_("Another infobase"),
        ConnectionState.PAUSED: N_("Paused by hand"),
    }
)
call(
    {
        Happening.POSTPONED: N_("Not taken yet: tried again later"),
        Happening.IN_DOUBT: N_("Sent, but the answer was lost: asked before it is sent again"),
        Happening.FOUND: N_("Asked the ERP: it has it"),
        Happening.NOT_FOUND: N_("Asked the ERP: it does not have it"),
        Happening.REPEATED: N_("Sent again under the same key, which the ERP keeps once"),
        Happening.STOPPED: N_("The connection is stopped: the message waits"),
        Happening.PARKED: N_("On hold: manual action needed"),
    }
)
call(
    {
        DeskAct.PULL: N_("Read the data of the ERP"),
        DeskAct.PULL_FULL: N_("Read all data of the ERP anew"),
        DeskAct.RETRY: N_("Tried again"),
        DeskAct.RETRY_CLASS: N_("Tried all messages on hold again"),
        DeskAct.SEND_AGAIN: N_("Sent again what had not arrived"),
        DeskAct.SETTLE: N_("Marked as done"),
        DeskAct.TAKE_OVER: N_("Took over"),
        DeskAct.PAUSE: N_("Paused the connection"),
        DeskAct.RESUME: N_("Resumed the connection"),
        DeskAct.MAPPING: N_("Changed the mapping of the connection"),
        DeskAct.HOME: N_("Changed the ERP of a plant"),
        DeskAct.INFOBASE: N_("Accepted another infobase"),
        DeskAct.RELEASE: N_("Resumed this kind of messages"),
    }
)

call(
    {
        JobKind.READ: N_("Read what has changed in the ERP"),
        JobKind.READ_ALL: N_("Read everything of the ERP anew"),
        JobKind.COMPARE: N_("Compare with the ERP"),
        JobKind.EXAMINE: N_("Connection check"),
    }
)
call(
    {
        JobSource.PAGE: N_("in the portal"),
        JobSource.COMMAND: N_("from a terminal"),
        JobSource.ERP: N_("by the ERP"),
        JobSource.SCHEDULE: N_("by schedule"),
    }
)
call(
    {
        JobState.WAITING: N_("Waiting for the background worker"),
        JobState.RUNNING: N_("Running"),
        JobState.DONE: N_("Finished"),
        JobState.STOPPED: N_("Stopped by an error"),
        JobState.BROKEN: N_("Interrupted"),
    }
)
JOB_COLOURS = {
    JobState.WAITING: "grey",
    JobState.RUNNING: "blue",
    JobState.DONE: "green",
    JobState.STOPPED: "red",
    JobState.BROKEN: "yellow",
}

CONNECTION_COLOURS = {
    ConnectionState.WORKING: "green",
    ConnectionState.CLOSED: "yellow",
    ConnectionState.BROKEN: "red",
    ConnectionState.DENIED: "red",
    ConnectionState.FOREIGN: "red",
    ConnectionState.PAUSED: "grey",
}

# One sentence a kind of promise, for the exchange screen.
SENTENCES = {
    "erp.push_claim": N_("Send the state of claim %(number)s to the ERP"),
    "erp.push_decision": N_("Send the decision on claim %(number)s to the ERP"),
    "erp.push_act": N_("Send act of claim %(number)s to ERP"),
    "erp.push_evidence": N_("Send file of claim %(number)s to ERP"),
    "act.issue_filed": N_("Issue the act of the filed claim %(number)s"),
    "act.issue_decided": N_("Issue the act with the decision on claim %(number)s"),
    "decision.make": N_("Let the confirmed decision on claim %(number)s take effect"),
    "work.open": N_("Open the work orders of claim %(number)s"),
    "work.follow": N_("Update the work orders of claim %(number)s"),
    "forecast.renew": N_("Recalculate the expected day of claim %(number)s"),
    "forecast.renew_all": N_("Recalculate the expected days of all open claims"),
    "mail.decision_not_made": N_(
        "Tell the manager that the decision on claim %(number)s was not made"
    ),
    "mail.acceptance_not_recorded": N_(
        "Tell the head of claims that %(number)s could not be recorded as accepted"
    ),
    "erp.job": N_("Read the ERP, or compare or check it, as asked for"),
    "mail.dead_letters": N_("Remind somebody by e-mail of messages on hold"),
    "mail.exchange_alarm": N_("Tell the administrators by mail what has stopped"),
    "mail.claim_filed": N_("Confirm claim %(number)s to the dealer by mail"),
    "mail.claim_to_decide": N_("Tell the managers by mail that claim %(number)s waits for them"),
    "mail.result_disputed": N_("Tell the manager by mail of the dispute of claim %(number)s"),
    "mail.work_opened": N_("Tell a department by mail of its work on claim %(number)s"),
    "mail.work_due_earlier": N_("Tell a department that its work on %(number)s is due earlier"),
    "mail.work_withdrawn": N_("Tell a department that its work on %(number)s is withdrawn"),
    "mail.work_cancelled": N_("Tell a department that its work on %(number)s is cancelled"),
    "mail.info_requested": N_("Send the questions about claim %(number)s by mail"),
    "mail.info_supplied": N_("Tell the manager by mail that claim %(number)s is answered"),
    "mail.claim_decided": N_("Tell the dealer by mail the decision on claim %(number)s"),
    "mail.decision_revised": N_("Tell the dealer by mail the revised decision on claim %(number)s"),
    "mail.decision_handed_on": N_("Ask the heads of claims by mail to decide claim %(number)s"),
    "mail.proposal_ended": N_(
        "Tell the manager by mail what became of the handed-on decision on claim %(number)s"
    ),
    "mail.promise_revised": N_("Tell the dealer by mail another day for claim %(number)s"),
    "mail.deemed_accepted": N_("Alert the head of claims: claim %(number)s is deemed accepted"),
    "mail.message_written": N_("E-mail about a new message on claim %(number)s"),
    "mail.notices": N_("Tell somebody by mail what is due or at risk"),
    "mail.password_link": N_("Send somebody a link to set a password"),
    "mail.claim_resolved": N_("Ask the dealer by mail to confirm claim %(number)s"),
}

# The kinds of rows that the ERP sends, by their names on the wire.
KINDS = {
    "Dealer": N_("Dealers"),
    "Contract": N_("Contracts"),
    "ItemGroup": N_("Item groups"),
    "Item": N_("Items"),
    "Component": N_("Components"),
    "Shipment": N_("Shipments"),
    "ShipmentLine": N_("Shipment lines"),
    "LineLot": N_("Lots of shipment lines"),
    "Unit": N_("Serial numbers"),
    "Package": N_("Packages"),
    "Document": N_("States of documents"),
    "Deleted": N_("Deletions"),
}


def job_words() -> dict[str, Any]:
    """Return what the templates of jobs need."""
    return {"kind_names": KINDS, "job_colours": JOB_COLOURS, "document_kind": DocumentKind}
