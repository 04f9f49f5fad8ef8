"""Small real workbooks, as a bank's clerk would send them."""

import zipfile
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl

NAMES = ("record_id", "time", "payer_bank", "payer", "payee_bank", "payee", "amount")
START = datetime(2026, 11, 20, 10)


def row(number: int, **other: Any) -> list[Any]:
    """A transfer as a row of cells: its time is a date of Excel, its amount a number."""
    cells = {
        "record_id": f"T{number}",
        "time": START + timedelta(minutes=number),
        "payer_bank": "KTB",
        "payer": f"01{number:08}",
        "payee_bank": "SCB",
        "payee": f"02{number:08}",
        "amount": 1000 + number + 0.1,
    }
    return list((cells | other).values())


def workbook(path: Path, rows: Iterable[Iterable[Any]], *, sheet: str = "Sheet1", more: Any = None) -> Path:
    """A workbook of one sheet with these rows; `more` may change it before it is saved."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = sheet
    for cells in rows:
        page.append(list(cells))
    if more:
        more(book, page)
    book.save(path)
    return path


def ods(path: Path, rows: Iterable[Iterable[Any]]) -> Path:
    """A workbook of LibreOffice's kind, as small as one may be."""
    body = "".join(f"<table:table-row>{''.join(map(_ods_cell, cells))}</table:table-row>" for cells in rows)
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    names = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", kind, zipfile.ZIP_STORED)
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>',
        )
        archive.writestr(
            "content.xml",
            f"<office:document-content{names}><office:body><office:spreadsheet>"
            f'<table:table table:name="Sheet1">{body}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return path


def _ods_cell(value: Any) -> str:
    if isinstance(value, datetime):
        how = f'"date" office:date-value="{value.isoformat()}"'
    else:
        how = f'"float" office:value="{value}"' if isinstance(value, float | int) else '"string"'
    return f"<table:table-cell office:value-type={how}><text:p>{value}</text:p></table:table-cell>"


def changed(path: Path, part: str, change: Callable[[bytes], bytes]) -> Path:
    """The workbook with one of its parts changed, as no spreadsheet program would write it."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = change(parts.get(part, b""))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path
