"""Signals as officers read them, each with what was said of its subject before.

Nothing is decided here. A lead or a referral is proposed as any action is, and a hold needs a report's trail.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.access import role_groups
from warroom.errors import NotFound
from warroom.ledger.decision import look
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import Bookmark, OfficerRow
from warroom.signals.signal import Signal
from warroom.triage.events import alone, name_of
from warroom.triage.schema import SignalWordRow
from warroom.triage.views import Looked, Said, SignalList, SignalView

if TYPE_CHECKING:
    from warroom.lake.lake import Lake


def listed(
    ledger: Ledger,
    officer: Officer,
    last: Sequence[Signal],
    *,
    waiting: bool = True,
    limit: int = 20,
    offset: int = 0,
) -> SignalList:
    """The signals of the last run (`last`), the likeliest first: those that wait, or all. Raises NotAllowed."""
    with look(ledger, officer, *role_groups.SIGNAL_READERS) as this:
        this.log_list("signals")
        said = _said(this.session, [str(one.subject) for one in last])
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


def last_look(ledger: Ledger, kind: str) -> Looked | None:
    """When signals of a kind were last looked for; None where nobody did since this is kept."""
    with ledger.session() as session:
        mark = session.get(Bookmark, name_of(kind))
        marks = [mark.value] if mark else []
    if (before := alone(ledger.home, kind)).exists():
        marks.append(before.read_text(encoding="utf-8"))
    looks = (json.loads(one) for one in marks)
    found = (Looked(datetime.fromisoformat(one["at"]), int(one["found"])) for one in looks)
    return max(found, key=lambda one: one.at, default=None)


def count_waiting(ledger: Ledger, officer: Officer, last: Sequence[Signal]) -> int:
    """How many signals of the last run wait for an officer; 0 for who may not read them."""
    if not last or not officer.may(*role_groups.SIGNAL_READERS):
        return 0
    with ledger.session() as session:
        said = _said(session, [str(one.subject) for one in last])
        return sum(_view(one, said).waits for one in last)


def one(
    ledger: Ledger, lake: "Lake", officer: Officer, record_id: str, *, now: datetime | None = None
) -> SignalView:
    """A signal of the lake with what was said of its subject; the look is logged. Raises NotAllowed, NotFound."""
    signal = signal_of(lake, record_id)
    with look(ledger, officer, *role_groups.SIGNAL_READERS, now=now) as this:
        this.log("signal.read", f"signal:{record_id}")
        return _view(signal, _said(this.session, [str(signal.subject)]))


def signal_of(lake: "Lake", record_id: str) -> Signal:
    """A signal of the lake by its number; raises NotFound."""
    # Here and not above: whoever counts what waits need not load the lake, and the board is asked every few seconds.
    from warroom.signals import store

    signal = store.one(lake, record_id)
    if signal is None:
        raise NotFound("triage.no-such-signal")
    return signal


def _said(session: Session, subjects: Collection[str]) -> Mapping[str, list[tuple[SignalWordRow, str]]]:
    """The words on each subject, the newest first, each with its officer's name."""
    found: dict[str, list[tuple[SignalWordRow, str]]] = defaultdict(list)
    query = (
        select(SignalWordRow, OfficerRow.name)
        .join(OfficerRow, OfficerRow.id == SignalWordRow.officer_id)
        # By subject and not by signal: each day's run makes new signals of what somebody has dealt with already.
        .where(SignalWordRow.subject.in_(set(subjects)))
        .order_by(SignalWordRow.id.desc())
    )
    for row, name in session.execute(query) if subjects else ():
        found[row.subject].append((row, name))
    return found


def _view(signal: Signal, said: Mapping[str, list[tuple[SignalWordRow, str]]]) -> SignalView:
    words = [
        # The last of them says whether the word was on another run: it still holds for the subject, and is shown as
        # older.
        Said(row.word, row.reason, name, row.at, row.signal != signal.record_id)  # type: ignore[arg-type]
        for row, name in said.get(str(signal.subject), ())
    ]
    return SignalView(signal, tuple(words))
