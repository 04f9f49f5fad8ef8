"""Which deliveries a trail rests on: an officer who brought one of them may not approve a hold based on it
(four eyes).
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc
from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.access.bringers import list_brought_deliveries
from warroom.cases.schema import Case, CaseReportRow, Snapshot
from warroom.cases.transfers import look_up_named
from warroom.errors import NotPossible
from warroom.lake import original
from warroom.lake.view import filter_by_values
from warroom.ledger.decision import LoggedRead, logged_read
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.money.trace.inputs import TRAIL_INPUTS
from warroom.money.trail import HoldProposal, TracedAccount, Trail
from warroom.records.tables import TABLES

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

Record = tuple[str, str]
"""Source and record id."""
Place = tuple[str, str]
"""Bank and account number."""
Days = tuple[date, date]
NAMES_OF_RETURNED = ("transfer_id", "uetr", "end_to_end_id")
"""By which a return names its payment."""
BALANCES_SINCE = timedelta(days=31)
"""Balances stated up to this long before the money left the victim count among what a trail rests on."""


@dataclass(frozen=True, slots=True)
class OfficerDelivery:
    """A delivery that officers brought and that has rows about an account on a trail; `changed`: some replaced earlier rows."""

    delivery: str
    table: str
    file: str
    officers: tuple[str, ...]
    place: Place
    changed: bool

    def as_json(self) -> dict[str, Any]:
        """As a frozen trail keeps it."""
        account = {"bank": self.place[0], "number": self.place[1]}
        named = {"delivery": self.delivery, "table": self.table, "file": self.file}
        return {**named, "officers": list(self.officers), "account": account, "changed": self.changed}


@dataclass(frozen=True, slots=True)
class TrailDeliveries:
    """The deliveries behind a trail, and those that officers brought, account by account."""

    deliveries: list[str]
    brought: tuple[OfficerDelivery, ...]

    def as_json(self) -> dict[str, Any]:
        """As a frozen trail keeps it; `inputs` are the tables that were looked at."""
        by_officers = [one.as_json() for one in self.brought]
        return {"deliveries": self.deliveries, "inputs": list(TRAIL_INPUTS), "brought": by_officers}


Bringers = Mapping[str, tuple[str, ...]]
"""By delivery, the names of the officers who brought it."""


@dataclass(frozen=True, slots=True)
class _Question:
    """A trail whose deliveries are asked for."""

    lake: "Lake"
    trail: Trail
    reports: Mapping[Record, datetime]
    as_of: datetime | None
    places: frozenset[Place]
    evidence: frozenset[str]


def list_report_times(session: Session, case: Case) -> dict[Record, datetime]:
    """The reports of a case, and when each was made."""
    query = select(CaseReportRow).where(CaseReportRow.case_id == case.id)
    return {(row.source, row.record_id): row.reported_at for row in session.scalars(query)}


def find_trail_deliveries(
    lake: "Lake",
    trail: Trail,
    reports: Mapping[Record, datetime],
    as_of: datetime | None,
    bringers: Bringers,
) -> TrailDeliveries:
    """The deliveries that brought what a trail rests on, in every table that it reads.

    Of what officers brought, every row about an account on the trail counts, cited or not.
    """
    asked = _Question(lake, trail, reports, as_of, _list_places(trail), _list_cited_records(trail))
    tables = [table for table in TRAIL_INPUTS if lake.list_files(table)]
    deliveries = {delivery for table in tables for delivery in FINDERS[table](asked)}
    by_officers = tuple(
        brought_row for table in tables for brought_row in _by_officers(asked, table, bringers)
    )
    return TrailDeliveries(
        sorted(deliveries | {brought_row.delivery for brought_row in by_officers}), by_officers
    )


def _list_places(trail: Trail) -> frozenset[Place]:
    accounts = [
        *(one.account for one in trail.accounts),
        *(end.account for end in trail.ends),
        *trail.victims,
    ]
    accounts += [hold.account for hold in (*trail.holds, *trail.not_held)]
    return frozenset((account.bank, account.number) for account in accounts)


def _list_cited_records(trail: Trail) -> frozenset[str]:
    """The records that the trail's reasons cite, of whatever table."""
    said: list[TracedAccount | HoldProposal] = [*trail.accounts, *trail.holds, *trail.not_held]
    reasons = [reason for one in said for reason in (*one.reasons, *one.innocent_evidence)]
    reasons += [*trail.notes, *(reason for end in trail.ends for reason in end.innocent_evidence)]
    return frozenset(record for reason in reasons for record in reason.evidence)


def _of_transfers(asked: _Question) -> Iterable[str]:
    steps = {(step.source, step.record_id): step.time for step in asked.trail.steps}
    # Steps name their days, so that only those days are read.
    found = _map_records_to_deliveries(
        asked.lake, "transfers", steps, asked.as_of, _find_day_span(steps.values())
    )
    return [*found.values(), *_list_citing_deliveries(asked, "transfers")]


def _of_returns(asked: _Question) -> Iterable[str]:
    # A return is a step of its own on the trail, but a row of another table.
    steps = [(step.source, step.record_id) for step in asked.trail.steps]
    return _map_records_to_deliveries(asked.lake, "returns", steps, asked.as_of, None).values()


def _of_accounts(asked: _Question) -> Iterable[str]:
    return {row["delivery_id"] for row in _rows_of_accounts(asked)}


def _of_holders(asked: _Question) -> Iterable[str]:
    holders = {row["holder_id"] for row in _rows_of_accounts(asked)} - {None, ""}
    if not holders:
        return ()
    rows = filter_by_values(asked.lake.query_rows("holders", as_of=asked.as_of), "record_id", holders)
    found: list[str] = rows.select("delivery_id").distinct().to_pyarrow()["delivery_id"].to_pylist()
    return found


def _of_balances(asked: _Question) -> Iterable[str]:
    until = asked.as_of or asked.trail.as_of
    since = asked.trail.started_at - BALANCES_SINCE
    return {row["delivery_id"] for row in _list_rows_about(asked, "balances", _find_day_span((since, until)))}


def _of_reports(asked: _Question) -> Iterable[str]:
    told = _map_records_to_deliveries(
        asked.lake, "reports", asked.reports, asked.as_of, _find_day_span(asked.reports.values())
    )
    return [*told.values(), *_list_citing_deliveries(asked, "reports")]


FINDERS: Mapping[str, Callable[[_Question], Iterable[str]]] = {
    "transfers": _of_transfers,
    "returns": _of_returns,
    "accounts": _of_accounts,
    "holders": _of_holders,
    "balances": _of_balances,
    "reports": _of_reports,
}
"""By table, which of its deliveries a trail rests on; one for each of `TRAIL_INPUTS`."""


def _rows_of_accounts(asked: _Question) -> list[dict[str, Any]]:
    return _list_rows_about(asked, "accounts", None, "holder_id") if asked.lake.list_files("accounts") else []


def _list_rows_about(asked: _Question, table: str, days: Days | None, *more: str) -> list[dict[str, Any]]:
    """The visible rows of a table of accounts that are about the trail's, and the deliveries they came with."""
    rows = filter_by_values(
        asked.lake.query_rows(table, as_of=asked.as_of, days=days),
        "account",
        {number for _, number in asked.places},
    )
    account_rows = rows.select("bank", "account", "delivery_id", *more).distinct().to_pyarrow().to_pylist()
    return [row for row in account_rows if (row["bank"], row["account"]) in asked.places]


def _list_citing_deliveries(asked: _Question, table: str) -> list[str]:
    """The deliveries of the records of a table that reasons cite."""
    if not asked.evidence:
        return []
    rows = filter_by_values(asked.lake.query_rows(table, as_of=asked.as_of), "record_id", asked.evidence)
    found: list[str] = rows.select("delivery_id").distinct().to_pyarrow()["delivery_id"].to_pylist()
    return found


def _by_officers(asked: _Question, table: str, bringers: Bringers) -> Iterator[OfficerDelivery]:
    """What officers brought of a table about the trail's accounts, whether or not anything cites it."""
    brought_places: set[tuple[str, Place, bool]] = set()
    for file in asked.lake.list_files(table):
        # Officers bring few files: of all others nothing is read.
        mine = sorted(bringers.keys() & set(file.deliveries))
        if not mine:
            continue
        rows = original.load_columns(
            file, TABLES[table].schema.names, filters=pc.field("delivery_id").isin(mine)
        )
        places = PLACES[table](asked, rows.to_pylist())
        # Rows that replaced others lie in files of their own.
        brought_places |= {
            (row["delivery_id"], place, file.corrections > 0)
            for row, place in places
            if place in asked.places
        }
    known = asked.lake.state.deliveries
    for delivery, place, changed in sorted(brought_places):
        yield OfficerDelivery(delivery, table, known[delivery].file, bringers[delivery], place, changed)


Rows = list[dict[str, Any]]
Placed = Iterator[tuple[dict[str, Any], Place]]
"""Rows and an account that each is about."""


def _places_of_transfers(asked: _Question, rows: Rows) -> Placed:
    for row in rows:
        yield row, (row["payer_bank"], row["payer"])
        yield row, (row["payee_bank"], row["payee"])


def _places_of_accounts(asked: _Question, rows: Rows) -> Placed:
    for row in rows:
        yield row, (row["bank"], row["account"])


def _places_of_holders(asked: _Question, rows: Rows) -> Placed:
    held: dict[str, list[Place]] = defaultdict(list)
    for account in _rows_of_accounts(asked) if rows else ():
        held[account["holder_id"]].append((account["bank"], account["account"]))
    for row in rows:
        for place in held.get(row["record_id"], ()):
            yield row, place


def _places_of_returns(asked: _Question, rows: Rows) -> Placed:
    # By its payment: one that was rejected is no step of the trail any more.
    yield from _places_of_payments(asked, rows, lambda row: [row[name] for name in NAMES_OF_RETURNED])


def _places_of_reports(asked: _Question, rows: Rows) -> Placed:
    yield from _places_of_payments(asked, rows, lambda row: row["transfer_ids"] or ())


def _places_of_payments(
    asked: _Question, rows: Rows, names_of: Callable[[dict[str, Any]], Iterable[str | None]]
) -> Placed:
    """Rows with both ends of the payments that they name."""
    named = [(row, [name for name in names_of(row) if name]) for row in rows]
    seen = look_up_named(asked.lake, {name for _, names in named for name in names}, asked.as_of)
    for row, names in named:
        for ref in seen.list_transfers(names):
            yield row, (ref.payer_bank, ref.payer)
            yield row, (ref.payee_bank, ref.payee)


PLACES: Mapping[str, Callable[[_Question, Rows], Placed]] = {
    "transfers": _places_of_transfers,
    "returns": _places_of_returns,
    "accounts": _places_of_accounts,
    "holders": _places_of_holders,
    "balances": _places_of_accounts,
    "reports": _places_of_reports,
}
"""By table, which accounts its rows are about; one for each of `TRAIL_INPUTS`."""


def list_trail_deliveries(trail: Mapping[str, Any]) -> list[str] | None:
    """The deliveries that a frozen trail says it rests on; None where it was frozen before trails said so of every table."""
    found: list[str] | None = trail.get("deliveries")
    return found if trail.get("inputs") == list(TRAIL_INPUTS) else None


def has_same_bringers(trail: Mapping[str, Any], behind: TrailDeliveries) -> bool:
    """Whether a frozen trail knows what officers brought of what it rests on. What banks send on is no reason to look again."""
    return list_trail_deliveries(trail) is not None and trail["brought"] == behind.as_json()["brought"]


def check_not_bringer(this: LoggedRead, snapshot: Snapshot | None) -> None:
    """Four eyes: raises NotPossible where the officer brought a file that the trail rests on, or may have done so."""
    refusal = find_bringer_refusal(this, json.loads(snapshot.trail)) if snapshot is not None else None
    if refusal is not None:
        raise refusal


def find_bringer_refusal(this: LoggedRead, trail: Mapping[str, Any]) -> NotPossible | None:
    """Why this officer neither approves nor carries on a hold by a frozen trail; None where nothing is in the way."""
    known = list_trail_deliveries(trail)
    mine = list_brought_deliveries(this.session, this.person, known)
    if mine and known is None:
        return NotPossible("cases.trail-without-deliveries")
    return NotPossible("cases.brought-by-you", deliveries=", ".join(mine)) if mine else None


def read_bringer_refusal(
    ledger: Ledger, officer: Officer, trail: Mapping[str, Any] | None
) -> NotPossible | None:
    """`find_bringer_refusal`, for a page that says it before anybody clicks."""
    if trail is None:
        return None
    with logged_read(ledger, officer) as this:
        return find_bringer_refusal(this, trail)


def _map_records_to_deliveries(
    lake: "Lake", table: str, records: Iterable[Record], as_of: datetime | None, days: Days | None
) -> dict[Record, str]:
    wanted = set(records)
    if not wanted or not lake.list_files(table):
        return {}
    # All of them in one query, of the days that they name: as many as a trail has steps, a query each would take minutes.
    rows = lake.query_rows(table, as_of=as_of, days=days)
    mine = rows.filter(rows.record_id.isin(sorted({record for _, record in wanted})))
    record_rows = mine.select("source", "record_id", "delivery_id").to_pyarrow().to_pylist()
    delivery_by_record = {(row["source"], row["record_id"]): row["delivery_id"] for row in record_rows}
    return {record: delivery_by_record[record] for record in wanted & delivery_by_record.keys()}


def _find_day_span(times: Iterable[datetime]) -> Days | None:
    days = sorted(time.astimezone(UTC).date() for time in times)
    return (days[0], days[-1]) if days else None
