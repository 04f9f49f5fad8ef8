"""From the chart of a case, as its reader sees it, to the record that leaves for a partner."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime

from warroom.cases.views import CasePage, HoldView
from warroom.exchange.standards.record import (
    ExchangedThing,
    SharedPayment,
    SharedRecord,
    SharedRestraint,
    SharedTie,
    ThingKind,
    TlpLevel,
    build_key,
)
from warroom.networks.shapes import MONEY
from warroom.room.chart.views import ChartNode, ChartTie, ChartView

KINDS: dict[str, ThingKind] = {
    "account": "account",
    "sim": "phone",
    "phone": "phone",
    "holder": "person",
    "company": "company",
    "device": "device",
    "page": "page",
    "domain": "domain",
    "premises": "site",
    "site": "site",
    "advert": "lure",
    "message": "lure",
}
"""Kinds of a chart's nodes by the kind of thing that leaves. Others (vehicles, cells, feeders) are counted as left out."""
WALLET = re.compile(
    r"0x[0-9a-fA-F]{40}|T[1-9A-HJ-NP-Za-km-z]{33}|bc1[0-9a-z]{20,71}|[13][1-9A-HJ-NP-Za-km-z]{25,34}"
)
"""Addresses of Ethereum, Tron and Bitcoin by their form alone."""
PHONE = re.compile(r"\+\d{6,15}")
MASK = "•"


def build_chart_record(
    view: ChartView, *, is_exercise: bool, sender: str = "warroom", mark: TlpLevel = "amber"
) -> SharedRecord:
    """The record of a chart. Things that the reader sees masked are left out and counted, with every payment that names them."""
    things: dict[str, ExchangedThing] = {}
    for node in view.nodes:
        if thing := _build_thing(node, view.currency):
            things[node.id] = thing
    ties = [tie for tie in view.ties if tie.start in things and tie.end in things]
    return SharedRecord(
        number=view.case,
        # To the second of what it shows, and not of its making: the same chart leaves as the same bytes.
        made_at=view.as_of.astimezone(UTC),
        sender=sender,
        mark=mark,
        is_exercise=is_exercise,
        things=_drop_duplicates(things.values()),
        payments=tuple(_list_payments(ties, things, view.currency)),
        ties=tuple(
            SharedTie(things[tie.start].key, things[tie.end].key, tie.relation, tie.first, tie.last)
            for tie in ties
            if tie.relation != MONEY
        ),
        masked=len(view.nodes) - len(things),
    )


def add_holds(record: SharedRecord, page: CasePage, currency: str) -> SharedRecord:
    """The record with the holds of its case; accounts that only a hold names are added."""
    holds = tuple(_build_hold(hold, currency) for hold in page.actions if MASK not in hold.account)
    known = {thing.key for thing in record.things}
    more = [
        ExchangedThing("account", hold.account, hold.bank, currency=currency)
        for hold in page.actions
        if MASK not in hold.account and build_key("account", hold.account, hold.bank) not in known
    ]
    return SharedRecord(
        number=record.number,
        made_at=record.made_at,
        sender=record.sender,
        mark=record.mark,
        is_exercise=record.is_exercise,
        things=_drop_duplicates([*record.things, *more]),
        payments=record.payments,
        holds=holds,
        ties=record.ties,
        masked=record.masked,
    )


def _build_thing(node: ChartNode, currency: str) -> ExchangedThing | None:
    kind = KINDS.get(node.kind)
    if kind is None or MASK in node.label or not node.label:
        return None
    bank, value = node.bank, node.label
    if kind == "account" and WALLET.fullmatch(value):
        return ExchangedThing("wallet", value, marks=node.marks)
    if kind == "phone" and not PHONE.fullmatch(value):
        # A card's own number and no telephone number: nobody can call it.
        kind = "device"
    return ExchangedThing(
        kind,
        value,
        bank if kind == "account" else "",
        name=value if kind in ("person", "company") else "",
        currency=currency if kind == "account" else "",
        marks=node.marks,
    )


def _list_payments(
    ties: Iterable[ChartTie], things: dict[str, ExchangedThing], currency: str
) -> Iterable[SharedPayment]:
    for tie in ties:
        for move in tie.moves:
            yield SharedPayment(
                id=f"{move.source}:{move.record_id}",
                payer=things[tie.start].key,
                payee=things[tie.end].key,
                amount=move.amount,
                currency=currency,
                time=move.time.astimezone(UTC),
                traced=move.traced,
            )


def _build_hold(hold: HoldView, currency: str) -> SharedRestraint:
    return SharedRestraint(
        reference=hold.reference,
        account=build_key("account", hold.account, hold.bank),
        amount=hold.amount,
        held=hold.held,
        currency=currency,
        state=hold.state,
        legal_basis=hold.legal_basis,
        approved_at=_to_utc(hold.approved_at),
        until=_to_utc(hold.until),
    )


def _to_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def _drop_duplicates(things: Iterable[ExchangedThing]) -> tuple[ExchangedThing, ...]:
    """One thing a key: a telephone number that is both a card and a contact leaves once."""
    return tuple({thing.key: thing for thing in things}.values())
