"""Documents as ill-meaning people send them, and good ones of every kind that passes (T11). All are made here."""

from __future__ import annotations

import gzip
import io
import zipfile

PROGRAM, PDF = b"MZ\x90\x00" + bytes(200), b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
TYPES, CONTENT = "[Content_Types].xml", "content.xml"


def packed(**members: bytes) -> bytes:
    """An archive of these files; `__` stands for a slash, `_` for a dot."""
    return zipped({name.replace("__", "/").replace("_", "."): content for name, content in members.items()})


def zipped(members: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return made.getvalue()


def office(**more: bytes) -> bytes:
    named = {name.replace("__", "/").replace("_", "."): content for name, content in more.items()}
    return zipped({TYPES: b"<Types/>", "word/document.xml": b"<w/>", **named})


def bomb() -> bytes:
    """A letter of 400 KB that would fill 400 MB."""
    return zipped({TYPES: b"<Types/>", "word/document.xml": bytes(100 << 20), "word/more.xml": bytes(120 << 20)})


def crowd() -> bytes:
    return zipped({TYPES: b"", **{f"word/{number}.xml": b"" for number in range(10_100)}})


HOSTILE: dict[str, tuple[bytes, str]] = {
    "Установка.exe": (PROGRAM, "программа"),
    "Фото двора.jpg": (PROGRAM, "программа"),
    "Скан\u202efdp.exe": (PDF, "программа"),
    "Счёт.pdf.scr": (PDF, "программа"),
    "Документы.zip": (packed(a_txt=b"a"), "архив"),
    "Справка.pdf": (packed(a_exe=PROGRAM), "архив"),
    "Жалоба.html": (b"<!DOCTYPE html><script>1</script>", "веб-страница"),
    "План.pdf": (b"\xef\xbb\xbf<html><form></form></html>", "веб-страница"),
    "Заявление.docm": (office(word__vbaProject_bin=OLE), "внутри макрос"),
    "Бомба.docx": (bomb(), "архив-бомба"),
}
"""The ten that harm, each with the word under which it is named."""

LYING: dict[str, tuple[bytes, str]] = {
    "макрос.docx": (office(word__vbaProject_bin=OLE), "внутри макрос"),
    "макрос.xls": (OLE + "_VBA_PROJECT".encode("utf-16-le"), "внутри макрос"),
    "внутри.doc": (OLE + "\x01Ole10Native".encode("utf-16-le"), "внутри макрос"),
    "макрос.odt": (zipped({"mimetype": b"", CONTENT: b"", "Basic/Standard/Module1.xml": b""}), "внутри макрос"),
    "сценарий.pdf": (PDF + b"<< /S /JavaScript /JS (app.alert(1)) >>", "внутри макрос"),
    "объект.rtf": (rb"{\rtf1{\object\objemb{\*\objdata 0105}}}", "внутри макрос"),
    "матрёшка.docx": (office(word__a_zip=b"PK"), "архив"),
    "начинка.docx": (office(word__a_exe=PROGRAM), "программа"),
    "толпа.docx": (crowd(), "архив-бомба"),
    "переименован.docx": (packed(a_txt=b"a"), "не то, чем называется"),
    "обрезан.docx": (office()[:-30], "не то, чем называется"),
    "пустой.xlsx": (b"PK\x05\x06" + bytes(18), "не то, чем называется"),
    "снимок.png": (PDF, "не то, чем называется"),
    "письмо.doc": (PDF, "не то, чем называется"),
    "письмо.rtf": (PDF, "не то, чем называется"),
    "письмо.pdf": (b"words", "не то, чем называется"),
    "письмо.txt": (b"a\x00b", "не то, чем называется"),
    "запись.mp3": (PDF, "не то, чем называется"),
    "запись.mp4": (PDF, "не то, чем называется"),
    "сжато.txt": (gzip.compress(b"a"), "архив"),
    "диск.iso": (bytes(600), "архив"),
    "непонятно.xyz": (b"words", "неизвестный вид файла"),
    "без окончания": (b"words", "неизвестный вид файла"),
}

GOOD: dict[str, bytes] = {
    "Ответ.pdf": PDF,
    "снимок.jpg": b"\xff\xd8\xff\xe0 picture",
    "снимок.heic": b"\x00\x00\x00\x18ftypheic",
    "скан.tiff": b"II*\x00 picture",
    "рисунок.webp": b"RIFF\x00\x00\x00\x00WEBP",
    "запись.ogg": b"OggS sound",
    "запись.m4a": b"\x00\x00\x00\x18ftypM4A ",
    "разговор.amr": b"#!AMR\n sound",
    "двор.mp4": b"\x00\x00\x00\x18ftypisom",
    "двор.avi": b"RIFF\x00\x00\x00\x00AVI LIST",
    "заявление.docx": office(word__embeddings__oleObject1_bin=b"x"),
    "заявление.doc": OLE,
    "заявление.rtf": rb"{\rtf1 words}",
    "заявление.odt": zipped({"mimetype": b"", CONTENT: b""}),
    "письмо.txt": "Здравствуйте!".encode(),
    "блокнот.txt": "Здравствуйте!".encode("utf-16"),
}
