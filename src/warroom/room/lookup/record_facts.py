"""Records as facts: each column a text, marked where it names a subject, masked where a role does not need it."""

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

from warroom.access.masking import mask
from warroom.lake.commit import Delivery
from warroom.lake.texts.query import forms
from warroom.lake.texts.record import Record
from warroom.marking import Mark
from warroom.records.table import Column
from warroom.records.tables import TABLES
from warroom.room.lookup.views import Fact, Origin, Said
from warroom.subjects.kinds import KINDS, MARKS
from warroom.subjects.subject import Subject

# From seven digits on it may be an account, a telephone or a paper; years, hours and most amounts stay
# readable.
LONG_NUMBER = re.compile(r"\+?\d(?:[ \-.]?\d){6,19}")


def fact(record: Record, deliveries: Mapping[str, Delivery], shut: Collection[Mark]) -> Fact:
    """A record as a fact, in the order of its table's columns; what is null is left out."""
    said: list[Said] = []
    for column in _columns(record.table):
        value = record.values.get(column.name)
        values = value if isinstance(value, list) else [value]
        said += [_said(record, column, one, shut) for one in values if one is not None and one != ""]
    return Fact(record.time, tuple(said), origin(record, deliveries))


@cache
def _columns(table: str) -> tuple[Column, ...]:
    """The columns that a fact says: the record's own number only where it leads to a page."""
    own = TABLES[table]
    leads = own.subject and KINDS[own.subject].page
    return (own.by_name["record_id"], *own.columns) if leads else own.columns


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


def _said(record: Record, column: Column, value: Any, shut: Collection[Mark]) -> Said:
    if isinstance(value, datetime):
        return Said(column.name, value.isoformat(), moment=value)
    if isinstance(value, Decimal):
        return Said(column.name, f"{value}", satang=int(value * 100))
    text = f"{value:g}" if isinstance(value, float) else str(value)
    mark = column.marked
    if mark is not None and mark in shut:
        return Said(column.name, mask(text, mark), masked=True)
    subject = subject_in(record, column.name, text)
    return Said(column.name, hidden_numbers(text, shut) if column.words else text, subject=subject)


def hidden_numbers(text: str, shut: Collection[Mark]) -> str:
    """Words without the long numbers in them, where accounts or people are not this officer's to know."""
    if not {Mark.ACCOUNT, Mark.PERSONAL} & set(shut):
        return text
    return LONG_NUMBER.sub(lambda found: mask(found[0], Mark.ACCOUNT), text)


def subject_in(record: Record, column: str, text: str) -> Subject | None:
    """The subject that a column names, None where it names none that has a page."""
    table = TABLES[record.table]
    found = table.subject_in(column, text, record.values)
    if found is None or not KINDS[found.kind].page:
        return None
    if found.kind == "phone" and table.by_name[column].free and not is_phone(text):
        return None
    if found.kind == "domain":
        # Under the domain alone: the addresses of many of its pages lead to one page here.
        return Subject(found.kind, next((form[1:] for form in forms(text) if form[0] == "d"), text))
    return found


def is_phone(text: str) -> bool:
    """Whether a number as written is a telephone's."""
    return any(form[0] == "p" and form[1] == "0" and len(form) in (10, 11) for form in forms(text))


def shown(subject: Subject, shut: Collection[Mark]) -> str:
    """A subject's number as this officer may read it."""
    mark = MARKS.get(subject.kind)
    return mask(subject.number, mark) if mark in shut and mark else subject.number
