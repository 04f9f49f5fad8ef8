"""Following the money of a signal: an officer's decision with a reason, the saved trail, and the cases that
meet it.

No report is behind such a trail. Nothing is held because of it, nothing of it is sent to a bank, and a case
opened by a later report is traced by itself; it only mentions the earlier trail.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, or_, select, tuple_
from sqlalchemy.orm import Session

from warroom.access import masking, role_groups
from warroom.cases import purposes, sealing
from warroom.cases.queries.case_page import frozen_trail
from warroom.cases.schema import Case, Claim, Proposal
from warroom.clock import get_now as right_now
from warroom.errors import NotFound, NotPossible
from warroom.ledger.canonical_json import hash_text, to_canonical_json
from warroom.ledger.decision import logged_read, open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow
from warroom.money.trail import BankAccount
from warroom.signals.kinds import find_kind
from warroom.signals.signal import Signal
from warroom.subjects.subject import ACCOUNT
from warroom.triage.decisions import LONGEST, add_signal_word
from warroom.triage.queries import require_signal
from warroom.triage.schema import SignalTrailAccount, SignalTrailRow, SignalWordRow
from warroom.triage.trails import Tracer, follow_from, trace_money
from warroom.triage.views import SeenBefore, SignalTrail, TrailAccount, TrailEnd, TrailPayer, TrailStep

if TYPE_CHECKING:
    from warroom.lake.lake import Lake
    from warroom.money.index.source import IndexSource

MOST_LOOKED_FOR = 2_000
"""Accounts of a case that are compared with signals' trails, those with the most money first."""


def follow_money(
    ledger: Ledger,
    lake: "Lake",
    source: "IndexSource",
    officer: Officer,
    record_id: str,
    reason: str,
    key: str,
    *,
    now: datetime | None = None,
    tracer: Tracer = trace_money,
) -> SignalTrail:
    """Follow what came into a signal's account lately, as of now, and save it under the officer's name; a
    repeated `key` returns the saved trail.

    Raises NotAllowed, NotFound, NotPossible without a reason, for a signal of no account or where nothing came, TraceError.
    """
    signal = require_signal(lake, record_id)
    reason = " ".join(reason.split())[:LONGEST]
    if not find_kind(signal.kind).follows_money or signal.subject.kind != ACCOUNT:
        raise NotPossible("triage.only-accounts")
    if not reason:
        raise NotPossible("triage.follow-reason-missing")
    moment = now or right_now()
    account = BankAccount(signal.subject.bank, signal.subject.number)
    # Refuses an officer without the role before the trace, which takes seconds.
    with logged_read(ledger, officer, *role_groups.SIGNAL_HANDLERS, now=moment):
        pass
    # Outside a transaction, as for cases: following may take seconds.
    trail = follow_from(lake, source, account, moment, tracer)
    with open_decision(ledger, officer, *role_groups.SIGNAL_HANDLERS, now=now) as this:
        if (known := this.find_earlier_result(key, "signal.follow", record_id, reason)) is not None:
            return masking.redact(officer, _build_trail_view(this.session, this.person, int(known[0])))
        word = add_signal_word(this, signal, "follow", reason)
        row = _save_trail(this.session, word, signal, trail)
        this.save_result(row.id)
        detail = {
            "reason": reason,
            "subject": str(signal.subject),
            "trail": row.sha256,
            "came": trail["came"],
        }
        this.log_entry("signal.followed", f"signal:{record_id}", detail)
        return masking.redact(officer, _build_trail_view(this.session, this.person, row.id))


def _save_trail(
    session: Session, word: SignalWordRow, signal: Signal, trail: Mapping[str, Any]
) -> SignalTrailRow:
    text = to_canonical_json(trail)
    row = SignalTrailRow(word_id=word.id, signalled=signal.as_of, trail=text, sha256=hash_text(text))
    session.add(row)
    session.flush()
    # Rows of their own, so that a case finds trails by account through an index.
    places = {(account_row["bank"], account_row["account"]) for account_row in trail["accounts"]}
    for bank, number in sorted(places):
        session.add(SignalTrailAccount(trail_id=row.id, bank=bank, account=number))
    return row


def load_trail(ledger: Ledger, officer: Officer, trail_id: int) -> SignalTrail:
    """A saved trail of a signal, masked by the officer's roles; the read is logged. Raises NotAllowed,
    NotFound.
    """
    with logged_read(ledger, officer, *role_groups.SIGNAL_READERS) as this:
        found = _build_trail_view(this.session, this.person, trail_id)
        this.log_entry("signal.read", f"signal:{found.signal}")
        return masking.redact(officer, found)


def list_trails(ledger: Ledger, officer: Officer, subject: str) -> list[tuple[int, datetime, str]]:
    """Saved trails of a signal's subject, newest first: (id, when, officer's name). Raises NotAllowed."""
    with logged_read(ledger, officer, *role_groups.SIGNAL_READERS) as this:
        query = _select_trails().where(SignalWordRow.subject == subject).order_by(SignalTrailRow.id.desc())
        return [(row.id, word.at, name) for row, word, name in this.session.execute(query)]


def list_seen_in_case(ledger: Ledger, officer: Officer, number: str) -> tuple[SeenBefore, ...]:
    """`list_seen_before` for a case by its number; the read of the case is logged. Raises NotAllowed,
    NotFound, PurposeNeeded.
    """
    with logged_read(ledger, officer, *role_groups.SIGNAL_READERS) as this:
        case = purposes.read_case(this, number)
        this.log_entry("case.read", f"case:{number}", case=number)
        seen_before = _list_seen_before(this.session, frozen_trail(this.session, case))
        return masking.redact(officer, seen_before)


def list_seen_before(ledger: Ledger, officer: Officer, number: str) -> tuple[SeenBefore, ...]:
    """The signals' trails that an open case page's trail meets, the oldest first: in a payment of both, or at the signal's own account.

    A common account alone is not enough: shops and exchanges are on the trails of strangers. Raises what the
    page raised, whose read is in the log.
    """
    with logged_read(ledger, officer, *role_groups.SIGNAL_READERS) as this:
        case = purposes.read_case(this, number)
        return masking.redact(officer, _list_seen_before(this.session, frozen_trail(this.session, case)))


def _list_seen_before(session: Session, trail: Mapping[str, Any] | None) -> tuple[SeenBefore, ...]:
    reached = (
        [account_row for account_row in trail["accounts"] if not account_row["victim"]][:MOST_LOOKED_FOR]
        if trail
        else []
    )
    if trail is None or not reached:
        return ()
    places = {(account_row["account"]["bank"], account_row["account"]["number"]) for account_row in reached}
    paid = {(step["source"], step["record_id"]) for step in trail["steps"]}
    on = tuple_(SignalTrailAccount.bank, SignalTrailAccount.account).in_(places)
    mine = select(SignalTrailAccount.trail_id).where(on)
    rows = session.execute(_select_trails().where(SignalTrailRow.id.in_(mine)).order_by(SignalTrailRow.id))
    met = (_to_seen_before(row, word, name, places, paid) for row, word, name in rows)
    return tuple(earlier_trail for earlier_trail in met if earlier_trail.payments or earlier_trail.itself)


def _to_seen_before(
    row: SignalTrailRow,
    word: SignalWordRow,
    officer: str,
    places: set[tuple[str, str]],
    paid: set[tuple[str, str]],
) -> SeenBefore:
    trail = json.loads(row.trail)
    # A payment on both trails: the surest sign that they are one flow of money.
    both = sum((step["source"], step["record_id"]) in paid for step in trail["steps"])
    own = (trail["bank"], trail["account"])
    return SeenBefore(row.id, word.signal, *own, row.signalled, word.at, officer, both, own in places)


def _select_trails() -> Select[SignalTrailRow, SignalWordRow, str]:
    return (
        select(SignalTrailRow, SignalWordRow, OfficerRow.name)
        .join(SignalWordRow, SignalWordRow.id == SignalTrailRow.word_id)
        .join(OfficerRow, OfficerRow.id == SignalWordRow.officer_id)
    )


def _build_trail_view(session: Session, person: OfficerRow, trail_id: int) -> SignalTrail:
    session.flush()
    trail_row = session.execute(_select_trails().where(SignalTrailRow.id == trail_id)).first()
    if trail_row is None:
        raise NotFound("triage.no-such-trail")
    row, word, name = trail_row
    trail = json.loads(row.trail)
    return SignalTrail(
        id=row.id,
        signal=word.signal,
        bank=trail["bank"],
        account=trail["account"],
        as_of=_parse_time(trail["as_of"]),
        since=_parse_time(trail["since"]),
        came=trail["came"],
        still_there=trail["still_there"],
        exited=trail["exited"],
        spent=trail["spent"],
        beyond_horizon=trail["beyond_horizon"],
        paid_in=tuple(
            TrailPayer(**payer_row | {"first": _parse_time(payer_row["first"])})
            for payer_row in trail["payers"]
        ),
        reached=tuple(_to_trail_account(account_row) for account_row in trail["accounts"]),
        ends=tuple(TrailEnd(**end_row) for end_row in trail["ends"]),
        steps=tuple(
            TrailStep(**step_row | {"time": _parse_time(step_row["time"])}) for step_row in trail["steps"]
        ),
        reason=word.reason,
        officer=name,
        at=word.at,
        sha256=row.sha256,
        cases=tuple(_list_case_numbers(session, person, trail)),
    )


def _to_trail_account(one: Mapping[str, Any]) -> TrailAccount:
    moments = {name: _parse_time(one[name]) for name in ("first", "latest")}
    return TrailAccount(**dict(one) | moments | {"innocent": tuple(one["innocent"])})


def _list_case_numbers(session: Session, person: OfficerRow, trail: Mapping[str, Any]) -> Iterable[str]:
    """The cases that the officer may know of whose reports name a payment of the trail, or in which something may be held at the
    signal's own account.
    """
    paid = [(step["source"], step["record_id"]) for step in trail["steps"]]
    # By source and record id together: an id alone may be two sources' payments.
    named = select(Claim.case_id).where(tuple_(Claim.source, Claim.record_id).in_(paid))
    own = select(Proposal.case_id).where(Proposal.bank == trail["bank"], Proposal.account == trail["account"])
    query = select(Case.number).where(
        or_(Case.id.in_(named), Case.id.in_(own)), sealing.is_visible_to(person)
    )
    return session.scalars(query.order_by(Case.id))


def _parse_time(text: str) -> datetime:
    return datetime.fromisoformat(text)
