"""Every page of every role, for the checks that hold for all pages."""

from tests.browser.demo import Demo

# Whose pages, and what they are called in the tests' names.
PEOPLE = {
    "stranger": "",
    "dealer": "anna@d01.example",
    "dealer-admin": "pavel@d01.example",
    "manager": "manager@plant.example",
    "head": "head@plant.example",
    "worker": "production@plant.example",
    "admin": "admin@plant.example",
}
STATES_OF_A_DEALER = ("submitted", "needs_info", "execution", "resolved", "closed")


def pages_of(role: str, demo: Demo) -> list[str]:
    """Return the addresses of all pages that somebody of this role comes to."""
    return {
        "stranger": _of_a_stranger,
        "dealer": _of_a_dealer,
        "dealer-admin": _of_a_dealer_admin,
        "manager": _of_a_manager,
        "head": lambda _: [
            "/worklist?filter=all",
            "/deadlines",
            "/calendar?view=agenda",
            "/silence",
        ],
        "worker": _of_a_worker,
        "admin": _of_an_administrator,
    }[role](demo)


def claims_of(demo: Demo, dealer: str) -> dict[str, str]:
    """Return a claim of each state that the dealer has claims in."""
    rows = demo.ask(
        """select c.state, min(c.id::text) from claim c join dealer d on d.id = c.dealer_id
            where d.code = %s group by c.state""",
        dealer,
    )
    return dict(rows)


def _of_a_stranger(demo: Demo) -> list[str]:
    [(document,)] = demo.ask("select ref from erp_document where ref <> '' limit 1")
    erp = demo.erp_url
    return [
        "/sign-in",
        "/nothing-here",
        f"{erp}/",
        f"{erp}/?q=nothing",
        f"{erp}/documents/{document}",
    ]


def _of_a_dealer(demo: Demo) -> list[str]:
    claims = claims_of(demo, "D01")
    [(code, line)] = demo.ask(
        """select p.code, l.ref::text from package p join shipment_line l on l.id = p.line_id
             join shipment s on s.id = l.shipment_id
             join dealer d on d.id = s.dealer_id where d.code = 'D01' limit 1"""
    )
    return [
        *("/home", "/claims", "/claims?q=nothing", "/shipments", "/shipments?q=nothing"),
        *("/messages", f"/messages/{claims['execution']}"),
        f"/claims/{claims['execution']}/history?show=files",
        *(f"/shipments/lookup?code={code}", "/shipments/lookup?code=nothing"),
        *(f"/shipments/lines/{line}", f"/claims/{claims['draft']}/edit"),
        *(f"/claims/{claims[state]}" for state in STATES_OF_A_DEALER),
        *("/calendar", "/calendar?view=week", "/calendar?view=agenda"),
        *("/worklist", "/nothing-here"),  # 403 and 404
    ]


def _of_a_dealer_admin(demo: Demo) -> list[str]:
    [(person,)] = demo.ask("select id from person where email = 'anna@d01.example'")
    return ["/home", "/password", "/people", "/people/new", f"/people/{person}"]


def _of_a_manager(demo: Demo) -> list[str]:
    claims = dict(demo.ask("select state, min(id::text) from claim group by state"))
    [(order,)] = demo.ask("select min(id::text) from work_order")
    return [
        *("/worklist", "/worklist?filter=all", "/worklist?search=nothing"),
        *(f"/claims/{claims[state]}" for state in ("submitted", "verification", "rejected")),
        *(f"/claims/{claims['verification']}/decide", f"/claims/{claims['verification']}/ask"),
        f"/claims/{claims['closed']}/decide",  # 409
        *("/shipments", "/work", f"/work/{order}", "/messages"),
        *("/calendar?whose=all", "/calendar?view=week", "/calendar?view=agenda&whose=all"),
        *("/work/chart", "/work/chart?zoom=week&by=claim"),
    ]


def _of_a_worker(demo: Demo) -> list[str]:
    rows = demo.ask(
        """select distinct on (o.state) o.id::text from work_order o
             join department d on d.id = o.department_id where d.code = 'production'"""
    )
    return ["/work", "/work/chart", "/calendar", *(f"/work/{order}" for (order,) in rows)]


def _of_an_administrator(demo: Demo) -> list[str]:
    [(person,)] = demo.ask("select min(id) from person")
    [(site,)] = demo.ask("select min(id) from site")
    [(lane,)] = demo.ask("select min(id) from lane where load = 'goods'")
    return [
        *("/deadlines", "/deadlines/calendars", f"/deadlines/calendars/{site}"),
        *("/deadlines/calendars/import", "/deadlines/lanes", f"/deadlines/lanes/{lane}"),
        *("/deadlines/payments", "/deadlines/norms", "/deadlines/service"),
        *("/deadlines/reserves", "/attachment-rules"),
        *("/deadlines/rules", "/deadlines/rules/RU-C-01"),
        *("/exchange", "/exchange?state=parked", "/people", "/people/new", f"/people/{person}"),
        *("/exchange/connections", "/exchange/connections/erp"),
        *("/exchange/connections/erp/versions/1", "/exchange/rejected", "/exchange/dealers"),
        *("/exchange/doctor", "/exchange/reconciliation"),
    ]
