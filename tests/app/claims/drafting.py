"""Drafts as a browser handles them."""

from typing import Any

from werkzeug.test import TestResponse

from app.claims import drafts
from app.claims.models import Claim
from app.core.db import db
from tests.app.world import MONDAY, World


def saved_draft(world: World, quantity: int = 10) -> Claim:
    claim = world.draft(world.shipped(quantity=quantity))
    db.commit()
    return claim


def empty_draft(world: World) -> Claim:
    claim = drafts.start_draft(by=world.ann, at=MONDAY)
    db.commit()
    return claim


def again(claim: Claim) -> Claim:
    """Read a claim anew, as another request has left it."""
    db.expire_all()
    return db.get_one(Claim, claim.id)


def typed(claim: Claim, line: Any = None, **fields: str) -> dict[str, Any]:
    """Return the form of a draft as a browser sends it, with one line filled in."""
    line = line or again(claim).lines[0]
    of_line = {"quantity": "1", "defect_code": "GLS", "description": "Cracked", "demand": "repair"}
    of_line |= {name: fields.pop(name) for name in list(fields) if name in of_line}
    whole = {"dealer_reference": "", "text": "", "end_customer": ""} | fields
    return {f"line-{line.id}-{name}": value for name, value in of_line.items()} | whole


def submit(client: Any, claim: Claim, key: str = "k1", **fields: str) -> TestResponse:
    body = typed(claim, **fields) | {"command_key": key}
    answer: TestResponse = client.post(f"/claims/{claim.id}/submit", data=body)
    return answer
