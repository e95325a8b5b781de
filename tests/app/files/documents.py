"""Office documents and PDF made by code, with a place for whatever does not belong in them."""

import io
import zlib
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import docx

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def ordinary_docx() -> bytes:
    """What python-docx makes, as our own acts are made."""
    document = docx.Document()
    document.add_paragraph("Акт рекламации № 17")
    document.add_table(2, 2)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def zipped(entries: dict[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(ZipInfo(name), content, ZIP_DEFLATED)
    return buffer.getvalue()


def docx_with(
    body: str = "", more: dict[str, str | bytes] | None = None, kind: str = WORD
) -> bytes:
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types><Override PartName="/word/document.xml" '
        f'ContentType="{kind}"/></Types>',
        "word/document.xml": f'<w:document xmlns:w="{_W}"><w:body>{body}</w:body></w:document>',
    }
    return zipped(parts | (more or {}))


def xlsx_with(cells: str = "", more: dict[str, str | bytes] | None = None) -> bytes:
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types><Override PartName="/xl/workbook.xml" '
        f'ContentType="{SHEET}"/></Types>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_S}"><sheetData><row>{cells}</row>'
        "</sheetData></worksheet>",
    }
    return zipped(parts | (more or {}))


def relation(kind: str, target: str, mode: str = "External") -> dict[str, str | bytes]:
    return {
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="r1"'
        f' Type="{_KINDS}/{kind}" Target="{target}" TargetMode="{mode}"/></Relationships>'
    }


def field(*runs: str, closed: bool = True) -> str:
    """A field whose instruction is split over runs; a run beginning with `<` is taken as XML."""
    inside = "".join(
        run if run.startswith("<") else f"<w:r><w:instrText>{run}</w:instrText></w:r>"
        for run in runs
    )
    begin = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>' if closed else ""
    return f"<w:p>{begin}{inside}{end}</w:p>"


def pdf(more: bytes = b"", *, pages: int = 1, trailer: bytes = b"") -> bytes:
    """A small PDF with `more` among its objects."""
    kids = b" ".join(b"%d 0 R" % (10 + number) for number in range(pages))
    leaves = b"".join(
        b"%d 0 obj\n<< /Type /Page /Parent 2 0 R >>\nendobj\n" % (10 + number)
        for number in range(pages)
    )
    return (
        b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
        b"2 0 obj\n<< /Type /Pages /Kids [" + kids + b"] /Count %d >>\nendobj\n" % pages
        + leaves + more
        + b"\ntrailer\n<< /Root 1 0 R " + trailer + b" >>\nstartxref\n0\n%%EOF\n"
    )  # fmt: skip


def object_stream(content: bytes, head: bytes = b"/Type /ObjStm /Filter /FlateDecode") -> bytes:
    packed = zlib.compress(content)
    return (
        b"5 0 obj\n<< " + head + b" /N 1 /First 4 /Length %d >>\nstream\n" % len(packed)
        + packed + b"\nendstream\nendobj\n"
    )  # fmt: skip
