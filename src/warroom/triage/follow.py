"""Following the money of a signal: an officer's decision with a reason, the trail that is kept, and the cases that meet it.

No report stands behind such a trail. Nothing is held on it, nothing of it is told to a bank, and a case that a report opens later
traces for itself; it only says that it was seen before.
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
from warroom.clock import now as right_now
from warroom.errors import NotFound, NotPossible
from warroom.ledger.canonical_json import canonical, digest
from warroom.ledger.decision import decision, look
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow
from warroom.money.trail import Account
from warroom.signals.kinds import find_kind
from warroom.signals.signal import Signal
from warroom.subjects.subject import ACCOUNT
from warroom.triage.decisions import LONGEST, word_of
from warroom.triage.queries import signal_of
from warroom.triage.schema import SignalTrailAccount, SignalTrailRow, SignalWordRow
from warroom.triage.trails import Tracer, follow_from, trace_money
from warroom.triage.views import SeenBefore, SignalTrail, TrailAccount, TrailEnd, TrailPayer, TrailStep

if TYPE_CHECKING:
    from warroom.lake.lake import Lake
    from warroom.money.index.source import Source

MOST_LOOKED_FOR = 2_000
"""Accounts of a case that are looked for among those of signals' trails, those with the most money."""


def follow_money(
    ledger: Ledger,
    lake: "Lake",
    source: "Source",
    officer: Officer,
    record_id: str,
    reason: str,
    key: str,
    *,
    now: datetime | None = None,
    tracer: Tracer = trace_money,
) -> SignalTrail:
    """Follow what came into a signal's account lately, as of now, and keep it under the officer's name; the same key again answers
    what is kept.

    Raises NotAllowed, NotFound, NotPossible without a reason, for a signal of no account or where nothing came, TraceError.
    """
    signal = signal_of(lake, record_id)
    reason = " ".join(reason.split())[:LONGEST]
    if not find_kind(signal.kind).follows_money or signal.subject.kind != ACCOUNT:
        raise NotPossible("triage.only-accounts")
    if not reason:
        raise NotPossible("triage.follow-reason-missing")
    moment = now or right_now()
    account = Account(signal.subject.bank, signal.subject.number)
    with look(ledger, officer, *role_groups.SIGNAL_HANDLERS, now=moment):
        pass
    # Between transactions, as cases are followed: it may take seconds.
    found = follow_from(lake, source, account, moment, tracer)
    with decision(ledger, officer, *role_groups.SIGNAL_HANDLERS, now=now) as this:
        if (known := this.before(key, "signal.follow", record_id, reason)) is not None:
            return masking.redact(officer, _view(this.session, this.person, int(known[0])))
        word = word_of(this, signal, "follow", reason)
        row = _kept(this.session, word, signal, found)
        this.keep(row.id)
        detail = {
            "reason": reason,
            "subject": str(signal.subject),
            "trail": row.sha256,
            "came": found["came"],
        }
        this.log("signal.followed", f"signal:{record_id}", detail)
        return masking.redact(officer, _view(this.session, this.person, row.id))


def _kept(session: Session, word: SignalWordRow, signal: Signal, found: Mapping[str, Any]) -> SignalTrailRow:
    text = canonical(found)
    row = SignalTrailRow(word_id=word.id, signalled=signal.as_of, trail=text, sha256=digest(text))
    session.add(row)
    session.flush()
    places = {(one["bank"], one["account"]) for one in found["accounts"]}
    for bank, number in sorted(places):
        session.add(SignalTrailAccount(trail_id=row.id, bank=bank, account=number))
    return row


def read_trail(ledger: Ledger, officer: Officer, trail_id: int) -> SignalTrail:
    """A signal's trail as it was kept, masked as the officer's roles ask; the look is logged. Raises NotAllowed, NotFound."""
    with look(ledger, officer, *role_groups.SIGNAL_READERS) as this:
        found = _view(this.session, this.person, trail_id)
        this.log("signal.read", f"signal:{found.signal}")
        return masking.redact(officer, found)


def trails_of(ledger: Ledger, officer: Officer, subject: str) -> list[tuple[int, datetime, str]]:
    """Of what a signal is about: the trails that were kept, the newest first, each with when and by whom. Raises NotAllowed."""
    with look(ledger, officer, *role_groups.SIGNAL_READERS) as this:
        query = _rows().where(SignalWordRow.subject == subject).order_by(SignalTrailRow.id.desc())
        return [(row.id, word.at, name) for row, word, name in this.session.execute(query)]


def seen_in_case(ledger: Ledger, officer: Officer, number: str) -> tuple[SeenBefore, ...]:
    """What `seen_before` says of a case by its number; the look at the case is logged. Raises NotAllowed, NotFound, PurposeNeeded."""
    with look(ledger, officer, *role_groups.SIGNAL_READERS) as this:
        case = purposes.read_case(this, number)
        this.log("case.read", f"case:{number}", case=number)
        found = _seen(this.session, frozen_trail(this.session, case))
        return masking.redact(officer, found)


def seen_before(ledger: Ledger, officer: Officer, number: str) -> tuple[SeenBefore, ...]:
    """The signals' trails that an open case page's trail meets, the oldest first: in a payment of both, or at the signal's own account.

    An account alone that both reach is not enough: shops and exchanges stand on the trails of strangers. Raises as the page did, whose
    look is in the log.
    """
    with look(ledger, officer, *role_groups.SIGNAL_READERS) as this:
        case = purposes.read_case(this, number)
        return masking.redact(officer, _seen(this.session, frozen_trail(this.session, case)))


def _seen(session: Session, trail: Mapping[str, Any] | None) -> tuple[SeenBefore, ...]:
    reached = [one for one in trail["accounts"] if not one["victim"]][:MOST_LOOKED_FOR] if trail else []
    if trail is None or not reached:
        return ()
    places = {(one["account"]["bank"], one["account"]["number"]) for one in reached}
    paid = {(step["source"], step["record_id"]) for step in trail["steps"]}
    on = tuple_(SignalTrailAccount.bank, SignalTrailAccount.account).in_(places)
    mine = select(SignalTrailAccount.trail_id).where(on)
    rows = session.execute(_rows().where(SignalTrailRow.id.in_(mine)).order_by(SignalTrailRow.id))
    met = (_met(row, word, name, places, paid) for row, word, name in rows)
    return tuple(one for one in met if one.payments or one.itself)


def _met(
    row: SignalTrailRow,
    word: SignalWordRow,
    officer: str,
    places: set[tuple[str, str]],
    paid: set[tuple[str, str]],
) -> SeenBefore:
    found = json.loads(row.trail)
    both = sum((step["source"], step["record_id"]) in paid for step in found["steps"])
    own = (found["bank"], found["account"])
    return SeenBefore(row.id, word.signal, *own, row.signalled, word.at, officer, both, own in places)


def _rows() -> Select[SignalTrailRow, SignalWordRow, str]:
    return (
        select(SignalTrailRow, SignalWordRow, OfficerRow.name)
        .join(SignalWordRow, SignalWordRow.id == SignalTrailRow.word_id)
        .join(OfficerRow, OfficerRow.id == SignalWordRow.officer_id)
    )


def _view(session: Session, person: OfficerRow, trail_id: int) -> SignalTrail:
    session.flush()
    one = session.execute(_rows().where(SignalTrailRow.id == trail_id)).first()
    if one is None:
        raise NotFound("triage.no-such-trail")
    row, word, name = one
    found = json.loads(row.trail)
    return SignalTrail(
        id=row.id,
        signal=word.signal,
        bank=found["bank"],
        account=found["account"],
        as_of=_time(found["as_of"]),
        since=_time(found["since"]),
        came=found["came"],
        still_there=found["still_there"],
        exited=found["exited"],
        spent=found["spent"],
        beyond_horizon=found["beyond_horizon"],
        paid_in=tuple(TrailPayer(**one | {"first": _time(one["first"])}) for one in found["payers"]),
        reached=tuple(_account(one) for one in found["accounts"]),
        ends=tuple(TrailEnd(**one) for one in found["ends"]),
        steps=tuple(TrailStep(**one | {"time": _time(one["time"])}) for one in found["steps"]),
        reason=word.reason,
        officer=name,
        at=word.at,
        sha256=row.sha256,
        cases=tuple(_cases(session, person, found)),
    )


def _account(one: Mapping[str, Any]) -> TrailAccount:
    moments = {name: _time(one[name]) for name in ("first", "latest")}
    return TrailAccount(**dict(one) | moments | {"innocent": tuple(one["innocent"])})


def _cases(session: Session, person: OfficerRow, found: Mapping[str, Any]) -> Iterable[str]:
    """The cases that the officer may know of whose reports name a payment of the trail, or in which something may be held at the
    signal's own account.
    """
    paid = [(one["source"], one["record_id"]) for one in found["steps"]]
    named = select(Claim.case_id).where(tuple_(Claim.source, Claim.record_id).in_(paid))
    own = select(Proposal.case_id).where(Proposal.bank == found["bank"], Proposal.account == found["account"])
    query = select(Case.number).where(or_(Case.id.in_(named), Case.id.in_(own)), sealing.visible(person))
    return session.scalars(query.order_by(Case.id))


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
