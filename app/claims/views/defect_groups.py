"""The administrator's table of defects: for which product groups each is offered."""

from http import HTTPStatus

from flask import abort, flash, render_template, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.wrappers import Response

from app.accounts.table_history import ManagedTable, Row, record_table_change, table_history
from app.catalog.defects import find_defect, known_groups, list_defects, lock_defect, offer_for
from app.catalog.models import DefectCode
from app.catalog.words import group_name
from app.claims.views.blueprint import bp
from app.core.access import needs
from app.core.clock import now
from app.core.fields import BaseForm, MultiCheckboxField
from app.core.i18n import local_name
from app.core.web import done
from app.vocabulary import Role

Answer = Response | str | tuple[str, int]
KEEPERS = (Role.ADMINISTRATOR, Role.HEAD_OF_CLAIMS)


class DefectGroupsForm(BaseForm):
    """For which groups a defect is offered; no box is all of them."""

    groups = MultiCheckboxField(_l("Product groups"))

    def __init__(self, **options: object) -> None:
        super().__init__(**options)
        self.groups.choices = sorted(
            ((group, group_name(group)) for group in known_groups()), key=lambda one: one[1]
        )


@bp.get("/defects")
@needs(*KEEPERS)
def defect_groups() -> str:
    return render_template(
        "claims/defect_groups.html",
        defects=list_defects(),
        group_name=group_name,
        changes=table_history(ManagedTable.DEFECT_GROUPS, _tell),
    )


@bp.get("/defects/<code>")
@needs(*KEEPERS)
def edit_defect_groups(code: str) -> str:
    defect = find_defect(code) or abort(404)
    return _page(defect, DefectGroupsForm(formdata=None, data={"groups": defect.product_groups}))


@bp.post("/defects/<code>")
@needs(*KEEPERS)
def change_defect_groups(code: str) -> Answer:
    defect, form = lock_defect(code) or abort(404), DefectGroupsForm()
    if not form.validate():
        return _page(defect, form), HTTPStatus.UNPROCESSABLE_ENTITY
    before = _row(defect)
    offer_for(defect, form.groups.data or ())
    record_table_change(ManagedTable.DEFECT_GROUPS, before, _row(defect), by=current_user, at=now())
    flash(gettext("Saved. Drafts offer the defect accordingly; chosen defects stay."), "success")
    return done(url_for(".defect_groups"))


def _page(defect: DefectCode, form: DefectGroupsForm) -> str:
    return render_template("claims/defect_group.html", defect=defect, form=form)


def _row(defect: DefectCode) -> Row:
    return {"code": defect.code, "names": defect.names, "groups": list(defect.product_groups)}


def _tell(row: Row) -> str:
    groups = sorted(group_name(group) for group in row["groups"])
    return f"{local_name(row['names'])}: {', '.join(groups) or gettext('All groups')}"
