"""The pages for people: what the ERP was told, what it holds, and how it feels."""

import json
import sqlite3
from io import BytesIO
from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    render_template,
    request,
    send_file,
)
from werkzeug.wrappers import Response as AnyResponse

from connectors.erp.port import RowKind
from connectors.erp.simulator import feed, papers
from connectors.erp.simulator.desk import acts_for
from connectors.erp.simulator.faults import Kind
from connectors.erp.simulator.kinds import object_of
from connectors.erp.simulator.ledger import Ledger
from connectors.erp.simulator.operations import HITTABLE
from connectors.erp.simulator.shown import Reader, zone_name
from connectors.erp.simulator.weather import Weather
from connectors.erp.simulator.words import FAULT_WORDS, WORDS

SHOWN = 200
INLINE_NEVER = "application/octet-stream"


def make_blueprint(ledger: Ledger, weather: Weather) -> Blueprint:
    """Return the pages over one store."""
    bp = Blueprint("pages", __name__)

    @bp.get("/")
    def index() -> str:
        search = request.args.get("q", "").strip()
        with ledger.snapshot() as connection:
            return _render(
                "index.html",
                documents=find_documents(connection, search),
                held=count_held(connection),
                search=search,
                weather=weather,
                standing=weather.standing(),
                kinds=list(Kind),
                operations=sorted(HITTABLE),
            )

    @bp.get("/documents/<ref>")
    def document(ref: str) -> str:
        with ledger.snapshot() as connection:
            found = find_document(connection, ref) or abort(404)
            family = find_family(connection, found["claim_id"])
            dealer = find_dealer(connection, family)
        return _render("document.html", document=found, family=family, dealer=dealer)

    @bp.get("/files/<external_id>")
    def file(external_id: str) -> AnyResponse:
        with ledger.snapshot() as connection:
            return _file(connection, external_id)

    @bp.get("/journal")
    def journal() -> AnyResponse:
        if not ledger.journal_file.exists():
            abort(404)
        return send_file(ledger.journal_file, "application/jsonl", as_attachment=True)

    return bp


def find_documents(connection: sqlite3.Connection, search: str) -> list[dict[str, Any]]:
    """Return the newest documents whose number or words contain `search`."""
    rows = connection.execute(
        """SELECT * FROM document WHERE words LIKE ? ESCAPE '\\'
           ORDER BY changed_at DESC, rowid DESC LIMIT ?""",
        (f"%{_literal(search.casefold())}%", SHOWN),
    )
    return [_document(row) for row in rows]


def find_document(connection: sqlite3.Connection, ref: str) -> dict[str, Any] | None:
    """Return one document by its reference in the ERP."""
    row = connection.execute("SELECT * FROM document WHERE ref = ?", (ref,)).fetchone()
    return _document(row) if row else None


def find_family(connection: sqlite3.Connection, claim_id: str) -> list[dict[str, Any]]:
    """Return the claim with its decisions and files."""
    rows = connection.execute(
        "SELECT * FROM document WHERE claim_id = ? ORDER BY at, rowid", (claim_id,)
    )
    return [_document(row) for row in rows]


def find_dealer(connection: sqlite3.Connection, family: list[dict[str, Any]]) -> str:
    """Return the name of the dealer whose claim it is."""
    refs = [paper["content"]["DealerRef"] for paper in family if "DealerRef" in paper["content"]]
    return feed.find_name(connection, RowKind.DEALER, refs[0].lower()) if refs else ""


def count_held(connection: sqlite3.Connection) -> dict[str, int]:
    """Return how many rows of each kind the ERP holds."""
    rows = connection.execute("SELECT kind, count(*) FROM item_row GROUP BY rank ORDER BY rank")
    return {row[0]: row[1] for row in rows}


def _document(row: sqlite3.Row) -> dict[str, Any]:
    """Return a document as the page shows it, with what may be done to it."""
    return {
        **dict(row),
        "content": json.loads(row["content"]),
        "shown_status": papers.MARKED if row["marked"] else row["status"],
        "object": object_of(row["operation"], row["kind"]),
        "acts": acts_for(row),
    }


def _literal(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _file(connection: sqlite3.Connection, external_id: str) -> Response:
    row = connection.execute(
        """SELECT file.content AS body, document.content FROM file
           JOIN document USING (external_id) WHERE external_id = ?""",
        (external_id,),
    ).fetchone()
    if row is None:
        abort(404)
    # Whatever the portal sent is downloaded, never shown: it came from outside.
    name = json.loads(row["content"])["Name"]
    return send_file(BytesIO(row["body"]), INLINE_NEVER, as_attachment=True, download_name=name)


def _render(template: str, **values: Any) -> str:
    language = request.accept_languages.best_match(list(WORDS)) or "en"
    words = {
        "t": WORDS[language],
        "faults": FAULT_WORDS[language],
        "language": language,
        "reader": Reader(language),
        "zone": zone_name(),
    }
    return render_template(template, **words, **values)
