"""Which attachments the demo's claims need: what a check without the goods depends on."""

from typing import NamedTuple

from sqlalchemy import select

from app.claims.attachment_rules import AttachmentRule
from app.claims.requirements import AttachmentKind, AttachmentLevel
from app.core.db import db
from app.vocabulary import Language, Remedy

_MUST, _WANTED = AttachmentLevel.MANDATORY, AttachmentLevel.WANTED
_PHOTO, _FILE = AttachmentKind.PHOTO, AttachmentKind.FILE


class Rule(NamedTuple):
    """A rule with what the files shall show in each language."""

    defect_code: str | None
    demand: Remedy | None
    level: AttachmentLevel
    kind: AttachmentKind
    number: int
    ru: str
    pl: str
    cs: str
    en: str


_DAMAGE = (
    "Повреждение крупным планом", "Uszkodzenie z bliska", "Poškození zblízka",
    "A close-up of the damage",
)  # fmt: skip
_RECEIPT = (
    "Чек, УПД или счёт продажи", "Paragon lub faktura sprzedaży", "Účtenka nebo faktura o prodeji",
    "The receipt or invoice of the sale",
)  # fmt: skip
_SYSTEM = (
    "Топка, дымоход и его подключение", "Palenisko, komin i podłączenie",
    "Topeniště, komín a připojení", "The firebox, the chimney and its connection",
)  # fmt: skip

RULES = (
    Rule(
        None, None, _WANTED, _PHOTO, 1, "Заводская табличка", "Tabliczka znamionowa",
        "Typový štítek", "The type plate",
    ),
    Rule("TRN", None, _MUST, _PHOTO, 1, *_DAMAGE),
    Rule(
        "TRN", None, _WANTED, _FILE, 1, "Накладная с отметкой о повреждении",
        "List przewozowy z adnotacją o szkodzie", "Přepravní list se záznamem o škodě",
        "The waybill with a note of the damage",
    ),
    Rule("PKG", None, _MUST, _PHOTO, 1, *_DAMAGE),
    Rule("SUR", None, _MUST, _PHOTO, 1, *_DAMAGE),
    Rule("COS", None, _MUST, _PHOTO, 1, *_DAMAGE),
    Rule("GLS", None, _WANTED, _PHOTO, 1, *_DAMAGE),
    Rule("STD", None, _WANTED, _PHOTO, 1, *_DAMAGE),
    Rule("SMK", None, _WANTED, _PHOTO, 2, *_SYSTEM),
    Rule("CO", None, _WANTED, _PHOTO, 2, *_SYSTEM),
    Rule(None, Remedy.REFUND, _WANTED, _FILE, 1, *_RECEIPT),
    Rule(None, Remedy.PRICE_REDUCTION, _WANTED, _FILE, 1, *_RECEIPT),
)  # fmt: skip


def load_attachment_rules() -> None:
    """Fill the table while it is empty; what somebody has made of it since stays."""
    if db.scalar(select(AttachmentRule.id).limit(1)) is not None:
        return
    for rule in RULES:
        names = {
            Language.RU: rule.ru, Language.PL: rule.pl, Language.CS: rule.cs, Language.EN: rule.en
        }  # fmt: skip
        db.add(
            AttachmentRule(
                demand=rule.demand,
                defect_code=rule.defect_code,
                kind=rule.kind,
                count=rule.number,
                level=rule.level,
                names={language.value: name for language, name in names.items()},
            )
        )
