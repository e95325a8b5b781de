"""The administrator's table of attachments: what is mandatory, what is wanted."""

from http import HTTPStatus

import structlog
from flask import abort, flash, render_template, url_for
from flask_babel import get_locale, gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from app.accounts.table_history import ManagedTable, Row, record_table_change, table_history
from app.catalog.queries import defect_choices
from app.claims import attachment_rules as table
from app.claims.attachment_rule_forms import AttachmentRuleForm
from app.claims.attachment_rules import AttachmentRule
from app.claims.requirements import AttachmentKind, AttachmentLevel
from app.claims.views.blueprint import bp
from app.core.access import needs
from app.core.clock import now
from app.core.confirmation import as_sent, flash_undo
from app.core.db import db
from app.core.errors import Refusal
from app.core.i18n import local_name
from app.core.web import done
from app.core.words import label
from app.vocabulary import Language, Remedy, Role

Answer = Response | str | tuple[str, int]
KEEPERS = (Role.ADMINISTRATOR, Role.HEAD_OF_CLAIMS)

log = structlog.get_logger(__name__)


@bp.get("/attachment-rules")
@needs(*KEEPERS)
def attachment_rules() -> str:
    return _page(_form(formdata=None))


@bp.post("/attachment-rules")
@needs(*KEEPERS)
def add_attachment_rule() -> Answer:
    form = _form()
    if not form.validate():
        return _page(form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        rule = table.add_rule(**form.facts())
    except Refusal as refusal:
        db.rollback()
        return _page(form, refused=refusal.words()), refusal.status
    _record(None, _row(rule))
    log.info("attachment_rule.added", **_logged(form.facts()), by=current_user.id)
    flash(gettext("Saved. The rule holds for drafts; filed claims stay as they are."), "success")
    return done(url_for(".attachment_rules"))


@bp.post("/attachment-rules/<int(max=2147483647):rule_id>/remove")
@needs(*KEEPERS)
def remove_attachment_rule(rule_id: int) -> Answer:
    rule = table.remove_rule(rule_id) or abort(404, gettext("This rule no longer exists."))
    _record(_row(rule), None)
    log.info("attachment_rule.removed", rule=rule.names, by=current_user.id)
    again = as_sent(AttachmentRuleForm.of(rule, defect_choices(_language())))
    flash_undo(gettext("The rule is removed."), url_for(".add_attachment_rule"), again)
    return done(url_for(".attachment_rules"))


def _record(before: Row | None, after: Row | None) -> None:
    record_table_change(ManagedTable.ATTACHMENT_RULES, before, after, by=current_user, at=now())


def _row(rule: AttachmentRule) -> Row:
    return {
        "defect_code": rule.defect_code,
        "demand": rule.demand,
        "level": rule.level,
        "kind": rule.kind,
        "count": rule.count,
        "names": rule.names,
    }


def _form(**options: object) -> AttachmentRuleForm:
    return AttachmentRuleForm(defect_choices(_language()), **options)


def _logged(facts: dict[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in facts.items() if value is not None}


def _page(form: AttachmentRuleForm, refused: str = "") -> str:
    defects = {one.code: one.name for one in defect_choices(_language())}

    def tell(row: Row) -> str:
        said = (
            defects.get(row["defect_code"], row["defect_code"]) or gettext("Any"),
            label(Remedy(row["demand"])) if row["demand"] else gettext("Any"),
            label(AttachmentLevel(row["level"])),
            f"{label(AttachmentKind(row['kind']))} × {row['count']}",
            local_name(row["names"]),
        )
        return " · ".join(said)

    return render_template(
        "claims/attachment_rules.html",
        rules=table.list_rules(),
        form=form,
        refused=refused,
        defects=defects,
        changes=table_history(ManagedTable.ATTACHMENT_RULES, tell),
    )


def _language() -> Language:
    return Language(str(get_locale()))
