"""What officers do with signals: read them, set them aside with a reason, or begin a lead or a screening from them.

Nothing is decided here. A lead or a referral is proposed as any action is, and a hold needs a report's trail.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom import clock
from warroom.errors import NotFound, NotPossible
from warroom.operations import audit, officers, once
from warroom.operations.canon import plain
from warroom.operations.ledger import Ledger
from warroom.operations.schema import OfficerRow
from warroom.operations.schema.signals import SignalWordRow
from warroom.operations.views import Officer
from warroom.operations.views.signals import WORDS, Said, SignalList, SignalView, SignalWord
from warroom.signals import Signal

if TYPE_CHECKING:
    from warroom.lake import Lake

READERS = ("officer", "supervisor", "logistics", "investigator", "commander", "auditor")
HANDLERS = ("officer", "supervisor", "logistics", "investigator")
LONGEST = 1_000
GONE = "There is no such signal in the lake; open the list of signals again."


def listed(
    ledger: Ledger,
    officer: Officer,
    last: Sequence[Signal],
    *,
    waiting: bool = True,
    limit: int = 20,
    offset: int = 0,
    now: datetime | None = None,
) -> SignalList:
    """The signals of the last run (`last`), the likeliest first: those that wait, or all. Raises NotAllowed."""
    with ledger.session() as session:
        officers.require(session, officer, *READERS)
        audit.look(session, officer, "signals", now or clock.now())
        said = _said(session, [one.subject for one in last])
        views = [_view(one, said) for one in last]
        open_ones = [view for view in views if view.waits]
        shown = open_ones if waiting else views
        first = last[0] if last else None
        return SignalList(
            rows=tuple(shown[offset : offset + limit]),
            total=len(shown),
            waiting=len(open_ones),
            all=len(views),
            as_of=first.as_of if first else None,
            model_version=first.model_version if first else "",
        )


def count_waiting(ledger: Ledger, officer: Officer, last: Sequence[Signal]) -> int:
    """How many signals of the last run wait for an officer; 0 for who may not read them."""
    if not last or not officer.may(*READERS):
        return 0
    with ledger.session() as session:
        said = _said(session, [one.subject for one in last])
        return sum(_view(one, said).waits for one in last)


def one(
    ledger: Ledger, lake: "Lake", officer: Officer, record_id: str, *, now: datetime | None = None
) -> SignalView:
    """A signal of the lake with what was said of its account; the look is logged. Raises NotAllowed, NotFound."""
    signal = _found(lake, record_id)
    with ledger.session() as session:
        officers.require(session, officer, *READERS)
        audit.append(session, officer, "signal.read", f"signal:{record_id}", at=now or clock.now())
        return _view(signal, _said(session, [signal.subject]))


def say(
    ledger: Ledger,
    lake: "Lake",
    officer: Officer,
    record_id: str,
    word: SignalWord,
    reason: str,
    key: str,
    *,
    now: datetime | None = None,
) -> int:
    """Keep an officer's word on a signal with what they saw of it; its number. The same key again says nothing more.

    Raises NotAllowed, NotFound, and NotPossible for setting aside without a reason.
    """
    signal, moment = _found(lake, record_id), now or clock.now()
    reason = " ".join(reason.split())[:LONGEST]
    if word not in WORDS:
        raise NotPossible("Say of a signal that it was looked at, set aside, or what was begun from it.")
    if word == "set-aside" and not reason:
        raise NotPossible("To set a signal aside, write why; whoever meets this account again will read it.")
    with ledger.session() as session:
        person = officers.require(session, officer, *HANDLERS)
        known = once.first_time(session, person, key, ["signal", record_id, word, reason], moment)
        if known is not None:
            return int(known[0])
        row = _row(signal, word, reason, person, moment)
        session.add(row)
        session.flush()
        once.keep(session, person, key, [row.id])
        verb = "signal.set-aside" if word == "set-aside" else "signal.noted"
        detail = {"word": word, "reason": reason, "subject": signal.subject, "model": signal.model_version}
        audit.append(session, officer, verb, f"signal:{record_id}", detail, at=moment)
        return row.id


def _found(lake: "Lake", record_id: str) -> Signal:
    from warroom.signals import store

    signal = store.one(lake, record_id)
    if signal is None:
        raise NotFound(GONE)
    return signal


def _row(
    signal: Signal, word: SignalWord, reason: str, person: OfficerRow, moment: datetime
) -> SignalWordRow:
    return SignalWordRow(
        signal=signal.record_id,
        subject=signal.subject,
        word=word,
        reason=reason,
        seen=plain(signal),
        officer_id=person.id,
        at=moment,
    )


def _said(session: Session, subjects: Collection[str]) -> Mapping[str, list[tuple[SignalWordRow, str]]]:
    """The words on each account, the newest first, each with its officer's name."""
    found: dict[str, list[tuple[SignalWordRow, str]]] = defaultdict(list)
    query = (
        select(SignalWordRow, OfficerRow.name)
        .join(OfficerRow, OfficerRow.id == SignalWordRow.officer_id)
        .where(SignalWordRow.subject.in_(set(subjects)))
        .order_by(SignalWordRow.id.desc())
    )
    for row, name in session.execute(query) if subjects else ():
        found[row.subject].append((row, name))
    return found


def _view(signal: Signal, said: Mapping[str, list[tuple[SignalWordRow, str]]]) -> SignalView:
    words = [
        Said(row.word, row.reason, name, row.at, row.signal != signal.record_id)  # type: ignore[arg-type]
        for row, name in said.get(signal.subject, ())
    ]
    return SignalView(signal, tuple(words))
