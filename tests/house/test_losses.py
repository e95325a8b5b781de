"""Nothing is lost by one click: every route that changes something is in the table of losses."""

from flask import Flask

from tests.house.losses import KEEPS, LOSES

SAFE = {"GET", "HEAD", "OPTIONS"}


def test_every_route_that_changes_something_says_what_is_lost_by_it(portal: Flask) -> None:
    changing = {
        rule.endpoint for rule in portal.url_map.iter_rules() if (rule.methods or set()) - SAFE
    }

    unknown = changing - set(LOSES) - KEEPS
    assert not unknown, (
        f"Enter {sorted(unknown)} in tests/house/losses.py: what is lost by it, and which guard"
        " it has (see app/core/confirmation.py)"
    )
    assert (set(LOSES) | KEEPS) <= changing


def test_no_route_both_loses_and_keeps() -> None:
    assert not set(LOSES) & KEEPS


def test_every_loss_says_what_is_lost() -> None:
    assert all(what for what, _ in LOSES.values())
