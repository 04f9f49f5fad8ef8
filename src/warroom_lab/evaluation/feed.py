"""What reaches the room and when: nothing is handed to a policy before it was received."""

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from warroom.errors import WorldError
from warroom_lab.evaluation.growing_index import LiveIndex
from warroom_lab.evaluation.looks import Signals
from warroom_lab.evaluation.policy import Ask, ReporterStatement, RoomNews
from warroom_lab.evaluation.records import Books
from warroom_lab.world.crime.reports import CountryReport
from warroom_lab.world.drawing.columns import Array, TransferColumns
from warroom_lab.world.play.run import RunNews

Arrived = tuple[frozenset[int], tuple[int, ...]]
"""Accounts that payments left from, and the payments' numbers."""
NOTHING: Arrived = (frozenset(), ())


@dataclass
class RoomFeed:
    """Payments on their way to the room; `records` and `signals` are what the room has, `asked` is what banks were asked for.

    An answer brings crime's payments alone. A mule's honest ones, which are in the index from the beginning, come with the bank's
    own files: nobody holds for them.
    """

    books: Books
    records: LiveIndex
    signals: Signals
    waiting: list[tuple[TransferColumns, Array]] = field(default_factory=list)
    waiting_reports: list[CountryReport] = field(default_factory=list)
    unread_rows: list[tuple[TransferColumns, Array]] = field(default_factory=list)
    asked: list[Ask] = field(default_factory=list)

    def deliver_news(self, news: RunNews, now: int) -> RoomNews:
        """Hand over what was received by `now` (microseconds); the rest waits."""
        if len(news.transfers):
            self.waiting.append((news.transfers, news.received))
        self.waiting_reports += news.reports
        due = [report for report in self.waiting_reports if report.received_at <= now]
        self.waiting_reports = [report for report in self.waiting_reports if report.received_at > now]
        moved, paid = self._deliver_payments(now)
        return RoomNews(tuple(map(to_reporter_statement, due)), tuple(news.answers), moved, paid)

    def _deliver_payments(self, now: int) -> Arrived:
        if not self.waiting:
            return NOTHING
        rows = TransferColumns.concat_parts([rows for rows, _ in self.waiting])
        at = np.concatenate([received for _, received in self.waiting])
        at = self._apply_answer_times(rows, at, now)
        here = at <= now
        self.waiting = [(rows.select_rows(~here), at[~here])] if not here.all() else []
        return self.add_to_records(rows.select_rows(here), at[here], now)

    def _apply_answer_times(self, rows: TransferColumns, at: Array, now: int) -> Array:
        """When payments arrive by what was asked for: with the answer at the latest, as far as they were made by then."""
        for ask in self.asked:
            mine = (rows.payer == ask.account) & (rows.time <= ask.until)
            at = np.where(mine, np.minimum(at, ask.until), at)
        self.asked = [ask for ask in self.asked if ask.until > now]
        return at

    def add_to_records(self, rows: TransferColumns, received: Array, now: int) -> Arrived:
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
        if not self.unread_rows:
            self.records.add_rows_later(self._make_unread_rows)
        self.unread_rows.append((rows, received))
        self.signals.add_payments(rows)
        # -1 stands for every account outside the country: nobody follows a trail from there.
        return frozenset(rows.payer.tolist()) - {-1}, tuple(rows.uid.tolist())

    def _make_unread_rows(self) -> pa.Table:
        """What was handed over and not read yet, as records."""
        here, self.unread_rows = self.unread_rows, []
        rows = TransferColumns.concat_parts([rows for rows, _ in here])
        return self.books.build_transfers_table(rows, np.concatenate([received for _, received in here]))


def to_reporter_statement(report: CountryReport) -> ReporterStatement:
    """What the reporter says, without what stands behind it."""
    return ReporterStatement(
        report.record_id,
        report.time,
        report.received_at,
        report.scam_type,
        report.transfer_ids,
        report.loss,
    )
