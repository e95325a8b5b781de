"""What the doctor makes of the way to the ERP: name, connection, door, log-in. Pure rules."""

from datetime import datetime, timedelta

from app.core.errors import N_
from app.erp.verdicts import Examination, Question, Verdict, Words, not_asked
from connectors.erp.platform_messages import ClosedBy, Closure, closed_by
from connectors.erp.port import Approach

CERTIFICATE_LOOK = timedelta(days=21)


def judge_address(found: Approach) -> Examination:
    """Whether the name in ERP_URL leads to a machine."""
    if found.lookup_fault:
        return Examination(
            Question.ADDRESS,
            Verdict.BAD,
            Words(N_("The host of %(url)s was not found."), {"url": found.url}),
            Words(N_("Compare the host in ERP_URL with the browser's; ask about DNS and VPN.")),
            (found.lookup_fault,),
        )
    places = {"url": found.url, "addresses": ", ".join(found.addresses)}
    return Examination(
        Question.ADDRESS, Verdict.GOOD, Words(N_("%(url)s is at %(addresses)s."), places)
    )


def judge_connection(found: Approach, *, at: datetime) -> Examination:
    """Whether the machine listens, and whether its certificate is trusted."""
    if found.connect_fault:
        return _cannot_connect(found)
    if not found.is_encrypted:
        return Examination(
            Question.CONNECTION,
            Verdict.LOOK,
            Words(N_("The port is open; the connection is not encrypted.")),
            Words(N_("Acceptable on one machine; over a network have https published.")),
        )
    until = found.certificate_until
    if until is not None and until - at < CERTIFICATE_LOOK:
        return Examination(
            Question.CONNECTION,
            Verdict.LOOK,
            Words(N_("The certificate ends on %(day)s."), {"day": until.date()}),
            Words(N_("Have the web server's certificate renewed before that day.")),
        )
    return Examination(
        Question.CONNECTION, Verdict.GOOD, Words(N_("Encrypted, and the certificate is trusted."))
    )


def _cannot_connect(found: Approach) -> Examination:
    step = N_("Ask whether the web server runs and whether a firewall lets the portal through.")
    if "certificate" in found.connect_fault.lower():
        step = N_(
            "Install a certificate that is valid for this name, with its whole chain. One of the"
            " company's own authority is trusted by ca_file of the mapping, or ERP_CA_FILE."
        )
    elif found.is_encrypted and "ssl" in found.connect_fault.lower():
        step = N_("The port does not support HTTPS: check the port, or use http in ERP_URL.")
    return Examination(
        Question.CONNECTION,
        Verdict.BAD,
        Words(N_("No connection could be made.")),
        Words(step),
        (found.connect_fault,),
    )


# What a status of the service's address means, and what to do.
STATUSES: dict[int, tuple[Verdict, str, str]] = {
    200: (Verdict.GOOD, N_("The service publishes its contract."), ""),
    301: (
        Verdict.BAD,
        N_("The address leads elsewhere: %(location)s"),
        N_("Enter the final address in ERP_URL; most often https instead of http."),
    ),
    400: (
        Verdict.BAD,
        N_("The web server rejected the address."),
        N_("Look for spaces and wrong letters in ERP_URL."),
    ),
    401: (
        Verdict.GOOD,
        N_("The service requires a log-in."),
        "",
    ),
    403: (
        Verdict.BAD,
        N_("The ERP denies access."),
        N_("Give the user the right to the web service; check whether sessions are blocked."),
    ),
    404: (
        Verdict.BAD,
        N_("There is no such service at this address."),
        N_(
            "Compare the publication's name letter by letter, capitals too; for an extension tick"
            " the publication of its web services and restart the web server."
        ),
    ),
    405: (
        Verdict.LOOK,
        N_("The service is running but does not publish its contract."),
        N_("Nothing is wrong; the published contract cannot be compared."),
    ),
    406: (
        Verdict.BAD,
        N_("The ERP has no free session."),
        N_("Raise the pool of sessions of the publication, or ask for fewer calls at once."),
    ),
    502: (
        Verdict.BAD,
        N_("The web server is up, the ERP behind it is not (HTTP %(status)s)."),
        N_("Ask whether the server cluster of the ERP runs and whether the infobase is blocked."),
    ),
}
SAME_AS = {302: 301, 303: 301, 307: 301, 308: 301, 500: 502, 503: 502, 504: 502}


# What 1C's sentences about all of a connection mean, and what to do.
CLOSURES: dict[Closure, tuple[str, str]] = {
    Closure.MAINTENANCE: (
        N_("The ERP is closed: %(sentence)s"),
        N_("Ask who has blocked its sessions and until when; the exchange resumes automatically."),
    ),
    Closure.LICENCE: (
        N_("The ERP has no free licence: %(sentence)s"),
        N_(
            "Ask who holds the licences. Shared sessions need fewer: ERP_SESSIONS as the service"
            " is published, and a smaller ERP_PARALLEL."
        ),
    ),
    Closure.POOL: (
        N_("The ERP has no free session: %(sentence)s"),
        N_("Raise the pool of sessions of the publication, or ask for fewer calls at once."),
    ),
}


def judge_closed(question: Question, closed: ClosedBy, answer: str) -> Examination:
    """Say in 1C's own sentence why everything is closed, with the answer beside it."""
    seen, step = CLOSURES[closed.closure]
    words = Words(seen, {"sentence": closed.sentence})
    return Examination(question, Verdict.BAD, words, Words(step), (answer,))


def judge_service(found: Approach) -> Examination:
    """What kind of door the service's address is."""
    if found.answer is None:
        return Examination(
            Question.SERVICE,
            Verdict.BAD,
            Words(N_("The port is open, but the answer is not valid.")),
            Words(N_("Ask whether there is a proxy in between and what its log says.")),
            (found.answer_fault,),
        )
    answer = found.answer
    if closed := closed_by(answer.text):
        return judge_closed(Question.SERVICE, closed, answer.text)
    if answer.status == 200 and found.live is None:
        return Examination(
            Question.SERVICE,
            Verdict.BAD,
            Words(N_("Something other than the service answers there.")),
            Words(N_("A page for people is published at this address; enter the service's own.")),
            (answer.text,),
        )
    if is_another_service(found):
        return Examination(
            Question.SERVICE,
            Verdict.BAD,
            Words(N_("Another service is published at this address.")),
            Words(
                N_(
                    "It has none of the operations that the mapping uses. Compare the end of the"
                    " address with the name of the service; what it offers is below."
                )
            ),
            found.offered or (answer.text,),
        )
    return _judge_status(answer.status, answer.location, answer.text)


def is_another_service(found: Approach) -> bool:
    """Whether what is published has not one of the messages in use."""
    if found.live is None or not found.pinned:
        return False
    return not {_root(path) for path in found.pinned} & {_root(path) for path in found.live}


def _root(path: str) -> str:
    return path.partition("/")[0]


def _judge_status(status: int, location: str, text: str) -> Examination:
    values: dict[str, str | int] = {"status": status, "location": location}
    known = STATUSES.get(SAME_AS.get(status, status))
    if known is None:
        return Examination(
            Question.SERVICE,
            Verdict.BAD,
            Words(N_("The service answers with HTTP %(status)s."), values),
            Words(N_("Ask the ERP's administrator what its log says about it.")),
            (text,),
        )
    verdict, seen, step = known
    details = (text,) if verdict is Verdict.BAD and text else ()
    return Examination(Question.SERVICE, verdict, Words(seen, values), Words(step), details)


def judge_log_in(found: Approach) -> Examination:
    """Whether the ERP knows the user under whom the portal comes."""
    if found.answer is None or found.answer.status not in {200, 401, 405}:
        return not_asked(Question.LOG_IN)
    if not found.user:
        return _open_door(found.answer.status)
    if found.answer.status == 401:
        return Examination(
            Question.LOG_IN,
            Verdict.BAD,
            Words(N_("The user %(user)s is refused."), {"user": found.user}),
            Words(
                N_(
                    "Compare ERP_USER and ERP_PASSWORD; the user needs authentication by the"
                    " ERP itself and must not be blocked."
                )
            ),
        )
    return Examination(
        Question.LOG_IN,
        Verdict.GOOD,
        Words(N_("The user %(user)s is accepted."), {"user": found.user}),
    )


def _open_door(status: int) -> Examination:
    if status == 401:
        step = N_("Set ERP_USER and ERP_PASSWORD.")
        return Examination(
            Question.LOG_IN,
            Verdict.BAD,
            Words(N_("No user is set, and one is asked for.")),
            Words(step),
        )
    return Examination(
        Question.LOG_IN,
        Verdict.LOOK,
        Words(N_("The ERP requires no log-in.")),
        Words(N_("Have a user with a password set on the publication.")),
    )
