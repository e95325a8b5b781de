"""The short form of the posts that nobody expects; the long one is `run.py check forms`."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session, scoped_session

from app.core.outside import Outside, connect_outside
from tests.app.conftest import neighbours, portal
from tests.checks.forms.run import post_everything

__all__ = ["neighbours", "portal"]

POSTS, SEED = 250, 7
FEWEST_ENDPOINTS = 60
DECIDING = {"decide", "revise", "withdraw_proposal", "hand_back_proposal"}


@pytest.mark.timeout(400)
def test_no_mutated_form_of_anybody_is_answered_with_a_fault(
    portal: Flask, neighbours: Outside, session: scoped_session[Session]
) -> None:
    connect_outside(neighbours)
    connection = session.session_factory.kw["bind"]

    report = post_everything(portal, connection, posts=POSTS, seed=SEED)

    assert report.is_clean, report.table()
    assert report.endpoints >= FEWEST_ENDPOINTS, report.table()
    assert {f"claims.{name}" for name in DECIDING} <= report.names
    assert sum(count for status, count in report.statuses.items() if status < 400) > POSTS / 5
