"""What lies on a dealer's pallet: codes of goods that can be claimed, and papers to attach."""

import io
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from PIL import Image, ImageDraw

from tests.browser.demo import Demo

_BOXES = """
    select p.code, '', i.sku, l.lot, s.number, s.shipped_on, l.price, l.warranty_until,
           l.quantity - l.claimed_quantity, l.unit
      from package p join shipment_line l on l.id = p.line_id
      join shipment s on s.id = l.shipment_id join item i on i.id = l.item_id
      join dealer d on d.id = s.dealer_id
     where d.code = %s and l.lot <> '' and l.quantity - l.claimed_quantity >= 4
       and not exists (select from shipped_unit u where u.line_id = l.id)
       and (select count(*) from package o where o.code = p.code) = 1
     order by l.claimed_quantity, s.shipped_on desc, p.code limit 1
"""
_PIECES = """
    select '', u.serial, i.sku, u.lot, s.number, s.shipped_on, l.price, l.warranty_until,
           l.quantity - l.claimed_quantity, l.unit
      from shipped_unit u join shipment_line l on l.id = u.line_id
      join shipment s on s.id = l.shipment_id join item i on i.id = l.item_id
      join dealer d on d.id = s.dealer_id
     where d.code = %s and l.quantity > l.claimed_quantity
       and not exists (select from claim_line c where c.serial = u.serial)
     order by s.shipped_on desc, u.serial limit 1
"""


@dataclass(frozen=True)
class Goods:
    """A box or a piece as the person beside it reads its label and its papers."""

    code: str
    serial: str
    sku: str
    lot: str
    shipment: str
    shipped_on: date
    price: Decimal
    warranty_until: date | None
    left: Decimal
    unit: str


def a_box(demo: Demo, dealer: str) -> Goods:
    """Return a box of goods without serial numbers, of which four or more can be claimed."""
    return Goods(*demo.ask(_BOXES, dealer)[0])


def a_piece(demo: Demo, dealer: str) -> Goods:
    """Return a piece with a serial number that nobody has claimed."""
    return Goods(*demo.ask(_PIECES, dealer)[0])


def a_photo(folder: Path, name: str = "defect.jpg") -> Path:
    """Return a photo of a crack."""
    image = Image.new("RGB", (800, 600), (70, 72, 76))
    ImageDraw.Draw(image).line((120, 80, 640, 520), fill=(240, 240, 240), width=6)
    image.save(folder / name, "JPEG")
    return folder / name


def a_pdf(folder: Path, name: str = "waybill.pdf") -> Path:
    """Return a page of paper."""
    out = io.BytesIO()
    Image.new("RGB", (400, 560), "white").save(out, "PDF")
    (folder / name).write_bytes(out.getvalue())
    return folder / name
