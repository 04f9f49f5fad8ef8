"""Validation of declared forms: each field by its kind, nothing unknown, one plain JSON value each."""

import math
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from warroom.bilingual.texts import Texts
from warroom.clock import parse_instant
from warroom.errors import NotPossible, SettingError
from warroom.law.kinds.declarations import Input
from warroom.law.kinds.named import translate_words
from warroom.ledger.canonical_json import to_json_value

# Characters of a text (a page) and of a line, and lines of a list that a person can still read.
LONGEST_TEXT = 4_000
LONGEST_LINE = 200
LONGEST_LIST = 1_000
SHA256 = re.compile(r"[0-9a-f]{64}")
# Signs that nobody sees could hide in a letter what its reader should see.
UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def check_fields(inputs: tuple[Input, ...], values: Mapping[str, Any]) -> dict[str, Any]:
    """The fields as they are kept: text, numbers, yes-no, lists of lines; moments as ISO 8601 in UTC, money as baht
    with two decimals. Raises NotPossible for a field that is missing, unknown or does not fit.
    """
    # What the declaration does not know is refused and not dropped: somebody meant something by it.
    if unknown := sorted(set(values) - {field.name for field in inputs}):
        raise NotPossible("actions.field-unknown", field=unknown[0][:64])
    kept: dict[str, Any] = {}
    for field in inputs:
        value = values.get(field.name)
        if value is None or value in ("", [], ()):
            if field.required:
                raise _make_missing_error(field)
            continue
        kept[field.name] = _check_field(field, value)
    return kept


def _make_missing_error(field: Input) -> NotPossible:
    if field.kind == "digest":
        # In the middle of a sentence: "Choose the file of the warrant."
        what = Texts(field.label.th, field.label.en[:1].lower() + field.label.en[1:])
        return NotPossible("actions.file-missing", field=field.name, what=what)
    label, wanted = translate_words(field.label.en), _describe_wanted(field)
    return NotPossible("actions.field-missing", field=field.name, label=label, wanted=wanted)


def _check_field(field: Input, value: Any) -> Any:
    kept = READ[field.kind](value)
    if kept is None or (field.choices and kept not in field.choices):
        raise NotPossible(
            "actions.field-unfit",
            field=field.name,
            label=translate_words(field.label.en),
            wanted=_describe_wanted(field),
        )
    return kept


def _describe_wanted(one: Input) -> Texts:
    if not one.choices:
        return SAID[one.kind]
    choices = translate_words(", ".join(one.choices))
    return Texts(f"หนึ่งใน {choices.th}", f"one of {choices.en}")


def _make_text_parser(longest: int, lines: bool) -> Callable[[Any], str | None]:
    def read(value: Any) -> str | None:
        if not isinstance(value, str) or len(value) > longest or UNSEEN.search(value):
            return None
        found = value.strip()
        return found if found and (lines or "\n" not in found) else None

    return read


def _parse_number(value: Any) -> int | float | None:
    # True is a number to Python, and none to who fills in a form.
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    # Infinity and NaN have no JSON; the bound keeps sums within 64 bits.
    return value if math.isfinite(value) and 0 <= value <= 10**15 else None


def _parse_money(value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return None
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return None
    # The bounds first: rounding a number beyond them is itself an error.
    fits = amount.is_finite() and 0 <= amount <= 10**13 and amount == round(amount, 2)
    return f"{amount:.2f}" if fits else None


def _parse_moment(value: Any) -> str | None:
    if isinstance(value, str):
        try:
            value = parse_instant(value)
        except (SettingError, OverflowError):
            return None
    if not isinstance(value, datetime) or value.tzinfo is None:
        return None
    text: str = to_json_value(value)
    return text


def _parse_list(value: Any) -> list[str] | None:
    if not isinstance(value, list | tuple) or len(value) > LONGEST_LIST:
        return None
    lines = [_line(one) for one in value]
    return None if None in lines else [one for one in lines if one]


def _parse_yes_no(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _parse_digest(value: Any) -> str | None:
    return value if isinstance(value, str) and SHA256.fullmatch(value) else None


_line = _make_text_parser(LONGEST_LINE, lines=False)
READ: dict[str, Callable[[Any], Any]] = {
    "text": _make_text_parser(LONGEST_TEXT, lines=True),
    "line": _line,
    "number": _parse_number,
    "money": _parse_money,
    "moment": _parse_moment,
    "yes-no": _parse_yes_no,
    "code": _line,
    "list": _parse_list,
    "person": _line,
    "digest": _parse_digest,
}
DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
SAID = {
    "text": Texts(f"ข้อความไม่เกิน {LONGEST_TEXT} ตัวอักษร", f"words, up to {LONGEST_TEXT} signs"),
    "line": Texts(f"ข้อความบรรทัดเดียวไม่เกิน {LONGEST_LINE} ตัวอักษร", f"one line of up to {LONGEST_LINE} signs"),
    "number": Texts("ตัวเลขตั้งแต่ศูนย์ขึ้นไป เช่น 12 หรือ 4.5", "a number, zero or more, such as 12 or 4.5"),
    "money": Texts(
        "จำนวนบาท ทศนิยมไม่เกินสองตำแหน่ง เช่น 12500.50", "baht with at most two decimals, such as 12500.50"
    ),
    "moment": Texts(
        "วันเวลา เช่น 24/11/2569 09:30",
        "a time, such as 24 Nov 2026 09:30, from programs 2026-11-24T09:30:00+07:00",
    ),
    "yes-no": Texts("ใช่ หรือ ไม่ใช่", "yes or no: true or false"),
    "code": Texts("รหัส เช่น ROOM", "a code, such as ROOM"),
    "list": Texts(
        f"ไม่เกิน {LONGEST_LIST} บรรทัด บรรทัดละไม่เกิน {LONGEST_LINE} ตัวอักษร",
        f"up to {LONGEST_LIST} lines of up to {LONGEST_LINE} signs",
    ),
    "person": Texts("ชื่อเจ้าหน้าที่ เช่น Anna Chai", "an officer's name, such as Anna Chai"),
    "digest": Texts(
        f"ไฟล์ หรือลายนิ้วมือของไฟล์ (SHA-256) 64 ตัวอักษร 0-9 และ a-f เช่น {DIGEST}",
        f"the file, or its fingerprint (SHA-256), 64 characters of 0-9 and a-f, such as {DIGEST}",
    ),
}
