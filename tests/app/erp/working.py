"""The worker's part of a job, done by the test itself."""

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.core.db import db
from app.erp.job_models import ErpJob, JobState
from app.erp.job_runner import run


def do_jobs() -> None:
    """Do what was asked for and waits."""
    for job_id in list(db.scalars(select(ErpJob.id).where(ErpJob.state == JobState.WAITING))):
        run(job_id)


def pressed(browser: FlaskClient, address: str) -> TestResponse:
    """Ask for a job by the button of a page, do it, and return the page as it is then."""
    browser.post(address)
    do_jobs()
    return browser.get(address)
