"""Parses banks' answers (camt.029, JSON lines or CSV) into one form, and checks them against their order.

JSON objects and CSV columns have `order_id, partner, time, status, amount, text` and, if the bank has
one, `answer_id`. Parsing does not mean acceptance: `check_answer` compares the answer with its order.
"""

import csv
import hashlib
import io
import json
import unicodedata
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from warroom.clock import parse_instant
from warroom.errors import ExchangeError, SettingError
from warroom.exchange import resolution, xml
from warroom.exchange.resolution import STATUSES, ParsedAnswer
from warroom.exchange.text import fit_text, short_id
from warroom.orders.views import OrderView, PartnerAnswer
from warroom.subjects import bank_names

# Two institutions' clocks differ by minutes; an answer from tomorrow is a wrong calendar or a forgery.
_AHEAD = timedelta(hours=1)
# Less in the other direction: with an early time a bank would appear faster than it was.
_BEHIND = timedelta(minutes=5)
_FIELDS = frozenset({"order_id", "partner", "time", "status", "amount", "text", "answer_id"})
_FREE = frozenset({"text", "answer_id"})


def parse_answers(name: str, content: bytes) -> list[ParsedAnswer]:
    """All answers in a file or body, in the format of its file ending; raises ExchangeError where it cannot be parsed."""
    if len(content) > xml.MAX_BYTES:
        raise ExchangeError(f"{name} is larger than 1 MiB; send fewer answers a file.")
    if name.endswith(".xml"):
        return [resolution.parse_resolution(content)]
    if name.endswith((".json", ".jsonl")):
        return [_parse_answer(fields) for fields in _json_lines(name, content)]
    if name.endswith(".csv"):
        return [_parse_answer(fields) for fields in _csv_lines(name, content)]
    raise ExchangeError(f"{name} is no answer; send camt.029 as .xml, or .jsonl or .csv.")


def choose_file_ending(kind: str) -> str:
    """The file ending for a media type such as `application/xml; charset=utf-8`."""
    plain = kind.split(";")[0].strip().lower()
    return {"application/json": ".json", "application/x-ndjson": ".jsonl", "text/csv": ".csv"}.get(
        plain, ".xml"
    )


def check_answer(reply: ParsedAnswer, order: OrderView, partner: str | None, now: datetime) -> PartnerAnswer:
    """The answer to record for its order; `partner` is who signed or delivered it, None where unknown.

    Raises ExchangeError where it comes from another bank, lacks a required amount, or has an impossible
    time.
    """
    # Both the signer and the bank named inside: a bank must not answer for another, nor must a carrier
    # be able to attribute an answer to it.
    spell = bank_names.get_active_table().spell_bank
    named = [name for name in (partner, reply.partner) if name and spell(name) != spell(order.bank)]
    if named:
        other = named[0]
        raise ExchangeError(
            f"Order {order.order_id} went to {order.bank}, not to {other}; nothing was changed."
        )
    if reply.time > now + _AHEAD:
        raise ExchangeError(
            f"The answer to {order.order_id} is dated {_format_minute(reply.time)}, in the future."
        )
    if reply.time < order.made_at - _BEHIND:
        raise ExchangeError(
            f"The answer to {order.order_id} is dated {_format_minute(reply.time)}, before the order, which was made at "
            f"{_format_minute(order.made_at)}; correct its time and send it again."
        )
    amount = None if reply.amount is None else int(reply.amount * 100)
    if reply.status == "partly" and amount is None and order.about == "hold":
        raise ExchangeError(
            f"The answer to {order.order_id} says partly but not how much; add the held amount."
        )
    return PartnerAnswer(
        order_id=order.order_id,
        partner=order.bank,
        time=max(reply.time, order.made_at),
        status=reply.status,  # type: ignore[arg-type]  # one of STATUSES, checked when read
        amount=amount,
        text=reply.text,
    )


def _format_minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}Z"


def record_id(said: ParsedAnswer) -> str:
    """The answer's id in the lake: the bank's own, or a digest of its content."""
    if said.answer_id:
        return f"{short_id(said.order)}/{said.answer_id}"
    # A digest of all fields: the same file twice is one answer, a second answer at another time is another.
    words = json.dumps([said.order, said.time.isoformat(), said.status, str(said.amount), said.text])
    return f"{short_id(said.order)}/{hashlib.sha256(words.encode()).hexdigest()[:16]}"


def _json_lines(name: str, content: bytes) -> list[Mapping[str, Any]]:
    text = _decode_text(name, content).strip()
    try:
        bodies = (
            json.loads(text)
            if text.startswith("[")
            else [json.loads(line) for line in text.splitlines() if line]
        )
    except (ValueError, RecursionError):
        raise ExchangeError(f"{name} is not JSON lines; write one object a line.") from None
    if not all(isinstance(body, dict) for body in bodies):
        raise ExchangeError(f"{name} holds something that is no object; write one object a line.")
    return list(bodies)


def _csv_lines(name: str, content: bytes) -> list[Mapping[str, Any]]:
    try:
        return list(csv.DictReader(io.StringIO(_decode_text(name, content))))
    except csv.Error:
        raise ExchangeError(f"{name} is not CSV; write a line of headers and one answer a line.") from None


def _parse_answer(fields: Mapping[str, Any]) -> ParsedAnswer:
    values = {
        name: str(value).strip()
        for name, value in fields.items()
        if name in _FIELDS and value not in (None, "")
    }
    # In free text control characters are removed; in an identifier their removal could make it another's.
    if unfit := next(
        (name for name in sorted(values) if name not in _FREE and not _is_plain(values[name])), None
    ):
        raise ExchangeError(
            f"An answer's {unfit} holds control characters or half signs; send it as plain text."
        )
    missing = {"order_id", "time", "status"} - set(values)
    if missing:
        raise ExchangeError(f"An answer lacks {min(missing)}; each needs order_id, time and status.")
    if values["status"] not in STATUSES:
        raise ExchangeError(f"'{values['status']}' is no status; use {', '.join(sorted(STATUSES))}.")
    try:
        time = parse_instant(values["time"])
    except SettingError as problem:
        raise ExchangeError.from_error(problem) from None
    return ParsedAnswer(
        order=values["order_id"],
        partner=values.get("partner"),
        time=time,
        status=values["status"],
        amount=xml.parse_amount(values.get("amount")),
        text=fit_text(values.get("text", ""), 500),
        answer_id=fit_text(values.get("answer_id", ""), 60),
    )


def _is_plain(value: str) -> bool:
    return not any(unicodedata.category(letter) in ("Cc", "Cs") for letter in value)


def _decode_text(name: str, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ExchangeError(f"{name} is not UTF-8; save it as UTF-8 and send it again.") from None
