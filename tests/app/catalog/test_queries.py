from sqlalchemy.orm import Session, scoped_session

from app.catalog.models import DefectCode, Severity
from app.catalog.queries import DefectChoice, defect_choices
from app.vocabulary import Language


def test_defects_come_in_their_order_and_in_the_readers_language(
    session: scoped_session[Session],
) -> None:
    session.add_all(
        [
            DefectCode(
                code="OTH", names={"en": "Other"}, severity=Severity.REDUCED_FUNCTION, position=2
            ),
            DefectCode(
                code="GLS",
                names={"en": "Cracked glass", "pl": "Pęknięta szyba"},
                severity=Severity.MAIN_FUNCTION,
                position=1,
            ),
            DefectCode(code="NEW", names={}, severity=Severity.COSMETIC, position=3),
        ]
    )
    session.flush()

    assert defect_choices(Language.PL) == [
        DefectChoice("GLS", "Pęknięta szyba", Severity.MAIN_FUNCTION),
        DefectChoice("OTH", "Other", Severity.REDUCED_FUNCTION),
        DefectChoice("NEW", "NEW", Severity.COSMETIC),
    ]
