"""Queries of signals, each with earlier verdicts on its subject.

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
from warroom.ledger.decision import logged_read
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import Bookmark, OfficerRow
from warroom.signals.signal import Signal
from warroom.triage.events import build_look_path, name_bookmark
from warroom.triage.schema import SignalWordRow
from warroom.triage.views import LastLook, SignalList, SignalView, SignalWordView

if TYPE_CHECKING:
    from warroom.lake.lake import Lake


def list_signals(
    ledger: Ledger,
    officer: Officer,
    last: Sequence[Signal],
    *,
    waiting: bool = True,
    limit: int = 20,
    offset: int = 0,
) -> SignalList:
    """The signals of the last run (`last`), the likeliest first: those that wait, or all. Raises NotAllowed."""
    with logged_read(ledger, officer, *role_groups.SIGNAL_READERS) as this:
        this.log_list_read("signals")
        words_by_subject = _load_words(this.session, [str(signal.subject) for signal in last])
        views = [_build_signal_view(signal, words_by_subject) for signal in last]
        # Filtered here and not in the database: signals are in the lake, verdicts in the ledger.
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


def find_last_look(ledger: Ledger, kind: str) -> LastLook | None:
    """When signals of a kind were last run; None where no run is recorded."""
    with ledger.open_session() as session:
        mark = session.get(Bookmark, name_bookmark(kind))
        marks = [mark.value] if mark else []
    if (before := build_look_path(ledger.home, kind)).exists():
        # A run from before the home had a ledger.
        marks.append(before.read_text(encoding="utf-8"))
    looks = (json.loads(mark_text) for mark_text in marks)
    last_looks = (
        LastLook(datetime.fromisoformat(look_row["at"]), int(look_row["found"])) for look_row in looks
    )
    return max(last_looks, key=lambda look: look.at, default=None)


def count_waiting(ledger: Ledger, officer: Officer, last: Sequence[Signal]) -> int:
    """How many signals of the last run wait for an officer; 0 for who may not read them."""
    if not last or not officer.has_role(*role_groups.SIGNAL_READERS):
        return 0
    with ledger.open_session() as session:
        said = _load_words(session, [str(one.subject) for one in last])
        return sum(_build_signal_view(one, said).waits for one in last)


def load_signal(
    ledger: Ledger, lake: "Lake", officer: Officer, record_id: str, *, now: datetime | None = None
) -> SignalView:
    """A signal with the verdicts on its subject; the read is logged. Raises NotAllowed, NotFound."""
    signal = require_signal(lake, record_id)
    with logged_read(ledger, officer, *role_groups.SIGNAL_READERS, now=now) as this:
        this.log_entry("signal.read", f"signal:{record_id}")
        return _build_signal_view(signal, _load_words(this.session, [str(signal.subject)]))


def require_signal(lake: "Lake", record_id: str) -> Signal:
    """A signal of the lake by its number; raises NotFound."""
    # Imported here: counting what waits must not load the lake, and the board counts every few seconds.
    from warroom.signals import store

    signal = store.find_signal(lake, record_id)
    if signal is None:
        raise NotFound("triage.no-such-signal")
    return signal


def _load_words(session: Session, subjects: Collection[str]) -> Mapping[str, list[tuple[SignalWordRow, str]]]:
    """The words on each subject, the newest first, each with its officer's name."""
    words_by_subject: dict[str, list[tuple[SignalWordRow, str]]] = defaultdict(list)
    query = (
        select(SignalWordRow, OfficerRow.name)
        .join(OfficerRow, OfficerRow.id == SignalWordRow.officer_id)
        # By subject and not by signal: each day's run makes new signals of what somebody has dealt with already.
        .where(SignalWordRow.subject.in_(set(subjects)))
        .order_by(SignalWordRow.id.desc())
    )
    for row, name in session.execute(query) if subjects else ():
        words_by_subject[row.subject].append((row, name))
    return words_by_subject


def _build_signal_view(signal: Signal, said: Mapping[str, list[tuple[SignalWordRow, str]]]) -> SignalView:
    words = [
        # The last field: whether the verdict was on another run; it still holds for the subject, and is
        # shown as older.
        SignalWordView(row.word, row.reason, name, row.at, row.signal != signal.record_id)  # type: ignore[arg-type]
        for row, name in said.get(str(signal.subject), ())
    ]
    return SignalView(signal, tuple(words))
