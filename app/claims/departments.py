"""Which departments get the work of a decision: the routing table proposes, the manager chooses."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from sqlalchemy import delete, select

from app.accounts.models import Department
from app.accounts.policy import User
from app.claims.department_models import ChosenDepartment
from app.claims.history import record
from app.claims.history_models import HistoryKind
from app.claims.models import Claim, ClaimLine
from app.core.db import db
from app.core.errors import N_, Refusal
from app.deadlines.ways import WayChoice
from app.routing.queries import routes_for
from app.routing.rules import DepartmentRef, NoRoute, RouteRow
from app.vocabulary import Remedy, Visibility


class DepartmentReasonMissing(Refusal):
    message = N_("%(item)s: say in a few words why other departments get the work.")


class NoDepartment(Refusal):
    message = N_("%(item)s: choose at least one department.")


@dataclass(frozen=True)
class LineDepartments:
    """What a manager chose for a line in place of the routing table's proposal, and why."""

    line_id: UUID
    department_ids: tuple[int, ...]
    reason: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the choice as JSON keeps it."""
        return {
            "line_id": str(self.line_id),
            "department_ids": list(self.department_ids),
            "reason": self.reason,
        }

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> Self:
        """Return the choice that `as_dict` kept."""
        return cls(UUID(kept["line_id"]), tuple(kept["department_ids"]), kept["reason"])


@dataclass(frozen=True)
class Assigned:
    """A department that gets a work order; what `waits` begins after those of lower positions.

    `note` is why the manager chose it, empty where the routing table did.
    """

    department: DepartmentRef
    names: Mapping[str, str]
    position: int
    waits: bool
    note: str = ""


def propose(remedy: Remedy, plant_id: int, way: str) -> tuple[RouteRow, ...]:
    """Return the rows of the routing table for a remedy, none where it has none."""
    try:
        return tuple(routes_for(remedy, plant_id, way=way))
    except NoRoute:
        return ()


def assigned_to(line: ClaimLine, plant_id: int, way: str) -> list[Assigned]:
    """Return the departments that work on a decided line: those chosen, else those of the table.

    What was chosen besides the table's comes after it and does not wait. Raises `NoRoute`.
    """
    if line.remedy is None:
        return []
    chosen = chosen_for([line.id])
    if not chosen:
        return _of_table(routes_for(line.remedy, plant_id, way=way))
    routes = {row.department.id: row for row in propose(line.remedy, plant_id, way)}
    behind = max((row.position for row in routes.values()), default=0) + 1
    assigned = (_of_choice(row, routes.get(row.department_id), behind) for row in chosen)
    return sorted(assigned, key=lambda one: (one.position, one.department.code))


def chosen_for(line_ids: Iterable[UUID]) -> list[ChosenDepartment]:
    """Return what was chosen for some lines."""
    query = select(ChosenDepartment).where(ChosenDepartment.line_id.in_(list(line_ids)))
    return list(db.scalars(query.order_by(ChosenDepartment.line_id)))


def choose_departments(
    claim: Claim,
    choices: Iterable[LineDepartments],
    *,
    by: User,
    at: datetime,
    lines: Collection[UUID] | None = None,
) -> None:
    """Keep the choices of a decision that was just made; what the table proposes anyway is none.

    `lines` are those that a revision routes anew, None all of them: the others keep their choices.
    """
    routed = [line for line in claim.lines if lines is None or line.id in lines]
    db.execute(
        delete(ChosenDepartment).where(ChosenDepartment.line_id.in_([line.id for line in routed]))
    )
    way = WayChoice.from_dict(claim.way_choice).kind or ""
    by_line = {choice.line_id: choice for choice in choices}
    for line in routed:
        choice = by_line.get(line.id)
        if choice is not None and line.remedy is not None:
            _choose(line, choice, propose(line.remedy, claim.plant_id, way), by, at)
    db.flush()


def _choose(
    line: ClaimLine,
    choice: LineDepartments,
    proposed: Iterable[RouteRow],
    by: User,
    at: datetime,
) -> None:
    wanted, usual = set(choice.department_ids), {row.department.id for row in proposed}
    if not wanted:
        raise NoDepartment(item=line.item_name)
    if wanted == usual:
        return
    if not choice.reason:
        raise DepartmentReasonMissing(item=line.item_name)
    departments = _departments({*wanted, *usual})
    for department_id in sorted(wanted & departments.keys()):
        db.add(
            ChosenDepartment(
                line_id=line.id,
                department_id=department_id,
                reason=choice.reason,
                chosen_by=by.id,
            )
        )
    record(
        line.claim_id,
        HistoryKind.WORK_REDIRECTED,
        by=by,
        at=at,
        visibility=Visibility.INTERNAL,
        line=line.position,
        departments=[departments[key].names for key in sorted(usual)],
        to_departments=[departments[key].names for key in sorted(wanted & departments.keys())],
        reason=choice.reason,
    )


def _of_table(routes: Iterable[RouteRow]) -> list[Assigned]:
    routes = list(routes)
    known = _departments(row.department.id for row in routes)
    return [
        Assigned(row.department, known[row.department.id].names, row.position, row.waits)
        for row in routes
    ]


def _of_choice(row: ChosenDepartment, route: RouteRow | None, behind: int) -> Assigned:
    department = row.department
    return Assigned(
        DepartmentRef(department.id, department.code),
        department.names,
        route.position if route else behind,
        route.waits if route else False,
        row.reason,
    )


def _departments(ids: Iterable[int]) -> dict[int, Department]:
    query = select(Department).where(Department.id.in_(list(ids)))
    return {department.id: department for department in db.scalars(query)}
