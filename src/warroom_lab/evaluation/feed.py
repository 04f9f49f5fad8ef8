"""What reaches the room and when: nothing is handed to a policy before it was received."""

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from warroom.errors import WorldError
from warroom_lab.evaluation.growing_index import LiveIndex
from warroom_lab.evaluation.looks import Signals
from warroom_lab.evaluation.policy import Ask, Heard, Told
from warroom_lab.evaluation.records import Books
from warroom_lab.world.crime.reports import Report
from warroom_lab.world.drawing.columns import Array, Transfers
from warroom_lab.world.play.run import News

Arrived = tuple[frozenset[int], tuple[int, ...]]
"""Accounts that payments left from, and the payments' numbers."""
NOTHING: Arrived = (frozenset(), ())


@dataclass
class Feed:
    """Payments on their way to the room; `records` and `signals` are what the room has, `asked` is what banks were asked for.

    An answer brings crime's payments alone. A mule's honest ones, which are in the index from the beginning, come with the bank's
    own files: nobody holds for them.
    """

    books: Books
    records: LiveIndex
    signals: Signals
    waiting: list[tuple[Transfers, Array]] = field(default_factory=list)
    told: list[Report] = field(default_factory=list)
    here: list[tuple[Transfers, Array]] = field(default_factory=list)
    asked: list[Ask] = field(default_factory=list)

    def take(self, news: News, now: int) -> Heard:
        """Hand over what was received by `now` (microseconds); the rest waits."""
        if len(news.transfers):
            self.waiting.append((news.transfers, news.received))
        self.told += news.reports
        due = [report for report in self.told if report.received_at <= now]
        self.told = [report for report in self.told if report.received_at > now]
        moved, paid = self._deliver(now)
        return Heard(tuple(map(as_told, due)), tuple(news.answers), moved, paid)

    def _deliver(self, now: int) -> Arrived:
        if not self.waiting:
            return NOTHING
        rows = Transfers.joined([rows for rows, _ in self.waiting])
        at = np.concatenate([received for _, received in self.waiting])
        at = self._answered(rows, at, now)
        here = at <= now
        self.waiting = [(rows.take(~here), at[~here])] if not here.all() else []
        return self.hand_over(rows.take(here), at[here], now)

    def _answered(self, rows: Transfers, at: Array, now: int) -> Array:
        """When payments arrive by what was asked for: with the answer at the latest, as far as they were made by then."""
        for ask in self.asked:
            mine = (rows.payer == ask.account) & (rows.time <= ask.until)
            at = np.where(mine, np.minimum(at, ask.until), at)
        self.asked = [ask for ask in self.asked if ask.until > now]
        return at

    def hand_over(self, rows: Transfers, received: Array, now: int) -> Arrived:
        """Add payments to the room's records; raises WorldError for one that was not received yet."""
        if not len(rows):
            return NOTHING
        # The rule that makes scores worth something, tried at the only door: it stops
        # the play rather than flatter it.
        if int(received.max()) > now:
            raise WorldError(
                "A payment was handed to a policy before its record was received; play the country again with "
                "records in the order of their receipt."
            )
        if not self.here:
            self.records.later(self._written)
        self.here.append((rows, received))
        self.signals.hear(rows)
        # -1 stands for every account outside the country: nobody follows a trail from there.
        return frozenset(rows.payer.tolist()) - {-1}, tuple(rows.uid.tolist())

    def _written(self) -> pa.Table:
        """What was handed over and not read yet, as records."""
        here, self.here = self.here, []
        rows = Transfers.joined([rows for rows, _ in here])
        return self.books.transfers(rows, np.concatenate([received for _, received in here]))


def as_told(report: Report) -> Told:
    """What the reporter says, without what stands behind it."""
    return Told(
        report.record_id,
        report.time,
        report.received_at,
        report.scam_type,
        report.transfer_ids,
        report.loss,
    )
