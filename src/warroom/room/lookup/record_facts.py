"""Records as facts: each column as text, linked where it names a subject, masked where the role does not need
it.
"""

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

from warroom.access.masking import mask
from warroom.lake.commit import Delivery
from warroom.lake.texts.query import make_forms
from warroom.lake.texts.record import IndexedRecord
from warroom.marking import Mark
from warroom.records.table import TableColumn
from warroom.records.tables import TABLES
from warroom.room.lookup.views import Fact, FactColumn, RecordOrigin
from warroom.subjects.kinds import KINDS, MARKS
from warroom.subjects.subject import Subject

# From seven digits on it may be an account, a telephone or a paper; years, hours and most amounts stay
# readable.
LONG_NUMBER = re.compile(r"\+?\d(?:[ \-.]?\d){6,19}")


def build_fact(record: IndexedRecord, deliveries: Mapping[str, Delivery], shut: Collection[Mark]) -> Fact:
    """A record as a fact, in the order of its table's columns; what is null is left out."""
    fact_columns: list[FactColumn] = []
    for column in _list_fact_columns(record.table):
        value = record.values.get(column.name)
        values = value if isinstance(value, list) else [value]
        fact_columns += [
            _to_fact_column(record, column, part, shut) for part in values if part is not None and part != ""
        ]
    return Fact(record.time, tuple(fact_columns), build_record_origin(record, deliveries))


@cache
def _list_fact_columns(table: str) -> tuple[TableColumn, ...]:
    """The columns shown in a fact; the record's own number only where it leads to a page."""
    own = TABLES[table]
    leads = own.subject and KINDS[own.subject].page
    return (own.by_name["record_id"], *own.columns) if leads else own.columns


def build_record_origin(record: IndexedRecord, deliveries: Mapping[str, Delivery]) -> RecordOrigin:
    """Where a record comes from."""
    delivery = deliveries.get(record.delivery_id)
    return RecordOrigin(
        record.table,
        record.source,
        record.record_id,
        record.delivery_id,
        delivery.file if delivery else "",
        delivery.legal_basis if delivery else "",
        record.received_at,
    )


def _to_fact_column(
    record: IndexedRecord, column: TableColumn, value: Any, shut: Collection[Mark]
) -> FactColumn:
    if isinstance(value, datetime):
        return FactColumn(column.name, value.isoformat(), moment=value)
    if isinstance(value, Decimal):
        return FactColumn(column.name, f"{value}", satang=int(value * 100))
    text = f"{value:g}" if isinstance(value, float) else str(value)
    mark = column.effective_mark
    if mark is not None and mark in shut:
        return FactColumn(column.name, mask(text, mark), masked=True)
    subject = find_subject(record, column.name, text)
    return FactColumn(column.name, hidden_numbers(text, shut) if column.words else text, subject=subject)


def hidden_numbers(text: str, shut: Collection[Mark]) -> str:
    """Text with long numbers masked, where accounts or people are masked for this officer."""
    if not {Mark.ACCOUNT, Mark.PERSONAL} & set(shut):
        return text
    return LONG_NUMBER.sub(lambda found: mask(found[0], Mark.ACCOUNT), text)


def find_subject(record: IndexedRecord, column: str, text: str) -> Subject | None:
    """The subject that a column names, None where it names none that has a page."""
    table = TABLES[record.table]
    subject = table.find_subject(column, text, record.values)
    if subject is None or not KINDS[subject.kind].page:
        return None
    # Free text names many things; only what has the form of a telephone number becomes a link.
    if subject.kind == "phone" and table.by_name[column].is_free_text and not is_phone(text):
        return None
    if subject.kind == "domain":
        # Under the domain alone: the addresses of many of its pages lead to one page here.
        return Subject(subject.kind, next((form[1:] for form in make_forms(text) if form[0] == "d"), text))
    return subject


def is_phone(text: str) -> bool:
    """Whether a number as written is a telephone's."""
    return any(form[0] == "p" and form[1] == "0" and len(form) in (10, 11) for form in make_forms(text))


def mask_subject_number(subject: Subject, shut: Collection[Mark]) -> str:
    """A subject's number as this officer may read it."""
    mark = MARKS.get(subject.kind)
    return mask(subject.number, mark) if mark in shut and mark else subject.number
