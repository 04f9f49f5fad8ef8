"""Records as facts: each column a text, marked where it names a subject, masked where a role does not need it."""

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from warroom.access.masking import mask
from warroom.lake.commit import Delivery
from warroom.lake.texts.declared import SEARCHED
from warroom.lake.texts.query import forms
from warroom.lake.texts.record import Record
from warroom.marking import Mark
from warroom.records.tables import TABLES
from warroom.room.lookup.views import Fact, Origin, Said
from warroom.subjects.kinds import KINDS
from warroom.subjects.kinds import MARKS as MARKS_OF_KINDS
from warroom.subjects.subject import Subject, account

# What a column names, where it always names the same.
OF_COLUMN: dict[tuple[str, str], str] = {
    ("accounts", "holder_id"): "person",
    ("holders", "record_id"): "person",
    ("sims", "msisdn"): "phone",
    ("sims", "holder_id"): "person",
    ("adverts", "page"): "page",
    ("domains", "name"): "domain",
    ("adverts", "links"): "domain",
    ("companies", "registration"): "company",
    ("vehicles", "plate"): "vehicle",
    ("vehicles", "owner"): "person",
    ("trips", "traveller_id"): "person",
    ("premises", "record_id"): "premises",
    ("premises", "landlord_id"): "person",
    ("supply", "record_id"): "supply",
    ("supply", "premises_id"): "premises",
    ("supply", "supply_id"): "supply",
    ("supply", "upstream"): "supply",
}
KIND_BESIDE = {"from_id": "from_kind", "to_id": "to_kind", "subject_id": "subject_kind"}
MAY_BE_PHONE = ("from", "to", "contacts", "about")
MARKS: dict[str, Mark] = {
    "account": Mark.ACCOUNT,
    "msisdn": Mark.PERSONAL,
    "imsi": Mark.PERSONAL,
    "from": Mark.PERSONAL,
    "to": Mark.PERSONAL,
    "contacts": Mark.PERSONAL,
    "about": Mark.PERSONAL,
    "poster": Mark.PERSONAL,
    "plate": Mark.PERSONAL,
    "owner": Mark.PERSONAL,
    "holder_id": Mark.PERSONAL,
    "landlord_id": Mark.PERSONAL,
    "traveller_id": Mark.PERSONAL,
    "from_id": Mark.PERSONAL,
    "to_id": Mark.PERSONAL,
    "subject_id": Mark.PERSONAL,
}
LONG_NUMBER = re.compile(r"\+?\d(?:[ \-.]?\d){6,19}")


def fact(record: Record, deliveries: Mapping[str, Delivery], shut: Collection[Mark]) -> Fact:
    """A record as a fact, in the order of its table's columns; what is null is left out."""
    said: list[Said] = []
    for column in ("record_id", *(one.name for one in TABLES[record.table])):
        if column == "record_id" and (record.table, column) not in OF_COLUMN:
            continue
        value = record.values.get(column)
        values = value if isinstance(value, list) else [value]
        said += [_said(record, column, one, shut) for one in values if one is not None and one != ""]
    return Fact(record.time, tuple(said), origin(record, deliveries))


def origin(record: Record, deliveries: Mapping[str, Delivery]) -> Origin:
    """Where a record comes from."""
    delivery = deliveries.get(record.delivery_id)
    return Origin(
        record.table,
        record.source,
        record.record_id,
        record.delivery_id,
        delivery.file if delivery else "",
        delivery.legal_basis if delivery else "",
        record.received_at,
    )


def _said(record: Record, column: str, value: Any, shut: Collection[Mark]) -> Said:
    if isinstance(value, datetime):
        return Said(column, value.isoformat(), moment=value)
    if isinstance(value, Decimal):
        return Said(column, f"{value}", satang=int(value * 100))
    text = f"{value:g}" if isinstance(value, float) else str(value)
    mark = MARKS.get(column)
    if mark is not None and mark in shut:
        return Said(column, mask(text, mark), masked=True)
    subject = subject_in(record, column, text)
    return Said(
        column,
        hidden_numbers(text, shut) if column in SEARCHED[record.table].words else text,
        subject=subject,
    )


def hidden_numbers(text: str, shut: Collection[Mark]) -> str:
    """Words without the long numbers in them, where accounts or people are not this officer's to know."""
    if not {Mark.ACCOUNT, Mark.PERSONAL} & set(shut):
        return text
    return LONG_NUMBER.sub(lambda found: mask(found[0], Mark.ACCOUNT), text)


def subject_in(record: Record, column: str, text: str) -> Subject | None:
    """The subject that a column names, None where it names none that has a page."""
    if record.table == "accounts" and column == "account":
        return account(record.values["bank"], text)
    kind = OF_COLUMN.get((record.table, column))
    if kind is None and column in KIND_BESIDE:
        said = KINDS.get(str(record.values.get(KIND_BESIDE[column])))
        kind = said.id if said and said.page else None
    if kind is None and column in MAY_BE_PHONE and _is_phone(text):
        kind = "phone"
    if kind == "domain":
        text = next((form[1:] for form in forms(text) if form[0] == "d"), text)
    if kind == "account" and ":" not in text:
        return None  # without its bank an account has no page
    return Subject(kind, text) if kind else None


def _is_phone(text: str) -> bool:
    return any(form[0] == "p" and form[1] == "0" and len(form) in (10, 11) for form in forms(text))


def shown(subject: Subject, shut: Collection[Mark]) -> str:
    """A subject's number as this officer may read it."""
    mark = MARKS_OF_KINDS.get(subject.kind)
    return mask(subject.number, mark) if mark in shut and mark else subject.number
