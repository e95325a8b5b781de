"""A browser without a screen that does what a person does when a page does not come: again.

Every form carries its command key, so a form is safe to send twice: which of the two was heard does
not matter, and the answer is the same.
"""

import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import requests
from lxml.html import FormElement, HtmlElement, document_fromstring
from requests.cookies import RequestsCookieJar

PATIENCE = 120.0
TIMEOUT = (5.0, 30.0)
PAUSE = 0.1
BROKEN = (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError)

Files = Mapping[str, tuple[str, bytes, str]]


class Surprise(AssertionError):
    """An answer that nobody should get, whatever was killed."""


@dataclass(frozen=True)
class Page:
    """A page as it came, after all redirects."""

    url: str
    tree: HtmlElement

    def form(self, form_id: str) -> FormElement:
        """Return the form with this id."""
        (found,) = self.tree.xpath("//form[@id=$name]", name=form_id)
        assert isinstance(found, FormElement)
        return found

    def form_to(self, ending: str) -> FormElement:
        """Return the form that goes to an address with this ending."""
        found = next(form for form in self.tree.forms if str(form.action).endswith(ending))
        assert isinstance(found, FormElement)
        return found

    @property
    def token(self) -> str:
        """The guard that all forms of this visitor share."""
        return str(self.tree.xpath("//input[@name='csrf_token']/@value")[0])


class Pulse:
    """Tells whether anybody is answered; `repeats` counts what had to be sent again."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answered = threading.Event()
        self.repeats = 0

    def answered(self) -> None:
        self._answered.set()

    def repeated(self) -> None:
        with self._lock:
            self.repeats += 1

    def wait_for_one(self, patience: float) -> None:
        """Wait until somebody is answered, but not for ever."""
        self._answered.clear()
        self._answered.wait(patience)


class Browser:
    """Somebody's browser."""

    def __init__(self, url: str, pulse: Pulse, cookies: RequestsCookieJar | None = None) -> None:
        self._url = url
        self._pulse = pulse
        self._session = requests.Session()
        if cookies is not None:
            self._session.cookies = cookies.copy()
        self._session.headers["Accept-Language"] = "en"

    def sign_in(self, email: str, password: str) -> None:
        """Come in by the front door; who does not get through begins with a new page."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            values = {"csrf_token": self.get("/sign-in").token}
            values |= {"email": email, "password": password}
            if (answer := self._try("POST", "/sign-in", data=values)) is not None:
                _refuse_errors(answer)
                return
        raise Surprise(f"{email} does not get in")

    @property
    def cookies(self) -> RequestsCookieJar:
        """What another browser needs to be the same person."""
        return self._session.cookies

    def get(self, path: str) -> Page:
        """Open a page."""
        answer = self._insist("GET", path)
        return Page(answer.url, document_fromstring(answer.text))

    def post(
        self, path: str, values: Mapping[str, str | list[str]], files: Files | None = None
    ) -> Page:
        """Send a form until it is answered, each time with the same command key."""
        keyed = {"command_key": uuid4().hex, **values}
        answer = self._insist("POST", path, data=keyed, files=dict(files or {}))
        if "Location" not in answer.headers:  # a question back, as before a decision
            return Page(answer.url, document_fromstring(answer.text))
        return self.get(urlsplit(answer.headers["Location"]).path)

    def submit(self, form: FormElement, values: Mapping[str, str]) -> Page:
        """Send a form of a page with some of its fields filled in."""
        fields: dict[str, list[str]] = {}
        for name, value in form.form_values():  # boxes of one name are sent once each
            fields[name] = [*fields.get(name, ()), str(value)]
        return self.post(str(form.action), {**fields, **values})

    def _insist(self, method: str, path: str, **content: Any) -> requests.Response:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if (answer := self._try(method, path, **content)) is not None:
                _refuse_errors(answer)
                return answer
        raise Surprise(f"no answer to {method} {path} within {PATIENCE:.0f} s")

    def _try(self, method: str, path: str, **content: Any) -> requests.Response | None:
        """Return the answer; None when there is none, or only words that ask for patience."""
        address, is_reading = f"{self._url}{path}", method == "GET"
        with suppress(*BROKEN):
            answer = self._session.request(
                method, address, timeout=TIMEOUT, allow_redirects=is_reading, **content
            )
            if answer.status_code != HTTPStatus.SERVICE_UNAVAILABLE:
                self._pulse.answered()
                return answer
        self._pulse.repeated()
        time.sleep(PAUSE)
        return None


def _refuse_errors(answer: requests.Response) -> None:
    if not answer.ok:
        main = document_fromstring(answer.text).find(".//main")
        said = answer.text if main is None else " ".join(map(str, main.itertext()))
        words = " ".join(said.split())
        method = answer.request.method
        raise Surprise(f"{answer.status_code} for {method} {answer.url}: {words[:400]}")
