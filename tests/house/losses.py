"""Every route that changes something: what can be lost by it, and what stands before or after.

A new route is entered here by whoever adds it: into `LOSES` if something is gone by it that the
same person cannot type again at once, else into `KEEPS`.
"""

from enum import Enum, auto


class Guard(Enum):
    """What protects from losing something by one wrong click."""

    QUESTION = auto()  # a page asks first, by the name of what is lost
    UNDO = auto()  # the message that it is removed has a button that adds it again
    PREVIEW = auto()  # what would change is shown first, and saved in a second step
    REASON = auto()  # nothing happens without a reason that is typed and kept
    REVERSIBLE = auto()  # the same screen takes it back, and nothing else is lost meanwhile


LOSES: dict[str, tuple[str, Guard]] = {
    "accounts.deactivate": ("the access and the sessions of a person", Guard.QUESTION),
    "accounts.decide_role": ("a request for a role, if it is refused", Guard.REVERSIBLE),
    "accounts.drop_absence": ("an absence", Guard.UNDO),
    "accounts.send_link": ("the older link to set a password", Guard.REVERSIBLE),
    "claims.cancel": ("a claim that is filed", Guard.QUESTION),
    "claims.contest_silence": ("a deemed acceptance", Guard.REASON),
    "claims.delete": ("a draft", Guard.QUESTION),
    "claims.hand_back_proposal": ("a place with the head; what was typed is kept", Guard.REASON),
    "claims.remove_attachment_rule": ("a rule of attachments", Guard.UNDO),
    "claims.remove_file": ("a file of a draft", Guard.QUESTION),
    "claims.remove_line": ("a line of a draft", Guard.QUESTION),
    "claims.revise": ("the decision in force; it stays a version", Guard.REASON),
    "claims.undo_decision": ("a decision; what was typed is kept", Guard.REVERSIBLE),
    "claims.withdraw_proposal": ("a place with the head; it is handed on again", Guard.REVERSIBLE),
    "erp.done_by_hand": ("a message that is not sent any more", Guard.REASON),
    "erp.health.accept_infobase": ("the known infobase of a connection", Guard.REASON),
    "erp.mapping.give_home": ("the ERP of a plant", Guard.REVERSIBLE),
    "erp.mapping.restore": ("the mapping in force; it stays a version", Guard.REASON),
    "erp.mapping.save": ("the mapping in force; it stays a version", Guard.REASON),
    "erp.pause": ("the sending of a connection", Guard.REVERSIBLE),
    "erp.release": ("the halt of a kind of messages", Guard.REASON),
    "routing.remove": ("a row of the routing table", Guard.UNDO),
    "schedule.change_lane": ("the days of a lane", Guard.PREVIEW),
    "schedule.change_override": ("days that differ at a site", Guard.PREVIEW),
    "schedule.change_week": ("the week of a site", Guard.PREVIEW),
    "schedule.drop_feed": ("the address of a calendar", Guard.QUESTION),
    "schedule.drop_norm": ("a norm", Guard.PREVIEW),
    "schedule.import_days": ("days that differ at sites", Guard.PREVIEW),
    "schedule.make_feed": ("the address of a calendar, if there is one", Guard.QUESTION),
    "schedule.remove_buffer": ("a reserve of the promise", Guard.UNDO),
    "schedule.remove_override": ("days that differ at a site", Guard.PREVIEW),
    "schedule.remove_policy": ("a service policy; it stays a version", Guard.PREVIEW),
    "schedule.remove_rung": ("a reminder", Guard.UNDO),
    "schedule.rule": ("a rule of law; it stays a version", Guard.PREVIEW),
    "schedule.save_policy": ("a service policy; it stays a version", Guard.PREVIEW),
    "schedule.set_norm": ("a norm", Guard.PREVIEW),
    "work.redirect": ("the work order of a department", Guard.REASON),
    "work.take_back": ("the work order of a department", Guard.REASON),
}

KEEPS = {
    "accounts.absences", "accounts.add_person", "accounts.change_password",
    "accounts.choose_language", "accounts.edit_person", "accounts.reactivate",
    "accounts.set_password", "accounts.sign_in", "accounts.sign_out",
    "claims.add_attachment_rule", "claims.add_line", "claims.add_unlisted", "claims.answer",
    "claims.change_defect_groups",
    "claims.ask", "claims.attach", "claims.attach_to_line", "claims.autosave",
    "claims.circumstances", "claims.close", "claims.confirm", "claims.decide",
    "claims.demand_again", "claims.dispute", "claims.goods_back", "claims.promise_again",
    "claims.save", "claims.start", "claims.submit", "claims.tag_file", "claims.take",
    "erp.health.compare", "erp.health.examine", "erp.health.mend", "erp.health.push_all",
    "erp.pull", "erp.resume", "erp.retry", "erp.retry_class", "erp.send_again", "erp.take_over",
    "erp_api.read_changes", "messages.read", "messages.write", "paperwork.issue_again",
    "routing.add", "routing.change", "schedule.add_buffer", "schedule.add_lane",
    "schedule.add_override", "schedule.add_rung", "schedule.expect", "schedule.tell",
    "work.add", "work.attach", "work.block", "work.finish", "work.name_parts", "work.resume",
    "work.start",
}  # fmt: skip


def guarded_by(guard: Guard) -> set[str]:
    """Return the routes with a guard of this kind."""
    return {endpoint for endpoint, (_, one) in LOSES.items() if one is guard}
