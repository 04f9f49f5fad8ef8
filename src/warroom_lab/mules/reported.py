"""Labels that a room has by itself: accounts on the trails of its reports, as its records show them by a day.

Nobody tells a room who was a mule. Victims name what they paid, late and some of them wrongly, and most never do; the
trail of a named payment shows who took it and who passed it on. All other accounts stay without a label.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa

from warroom import clock
from warroom.errors import SignalError, TraceError
from warroom.money.index.account_index import Index
from warroom.money.index.references import DAY
from warroom.money.index.transfer_graph import Ints
from warroom.money.trace.reported import ReportSource
from warroom.money.trace.tracing import trace
from warroom.money.trail import Method, TracedAccount
from warroom.signals.mules.account_features import WINDOW
from warroom_lab.mules.labels import MuleLabels

HOPS = 2
"""Steps from the victim up to which anyone who passed the money on is taken for a mule; at the third every fifth is none."""
PASSED, UNDILUTED = 0.8, 0.5
"""Of the victim's money that came the least share that went on, and how pure it has to be that came."""
HONEST = {"shop_behaviour", "known_company", "earlier_custom"}
"""What speaks so strongly for a holder that nobody is labelled by it: of payees that reports name, four in a hundred are such."""
RIPE = 7 * DAY
"""Newest days that are not learned from: half of the reports come within three days, nearly all within ten."""
WRONG = 0.1
"""Labels that are not believed: of reports a tenth are slips, quarrels about goods or lies."""
METHOD: Method = "lifo"
"""Who passes on stolen money passes on what just came and not savings."""


def build_labels_from_reports(lake: ReportSource, index: Index, until: int) -> MuleLabels:
    """The accounts that reports received by `until` (microseconds) lead to, all as mules, from the arrival of reported
    money as long as it lies in the window of a signal.

    Raises SignalError where no report leads to an account.
    """
    spans: dict[int, list[int]] = {}
    for received_at, names in iter_first_reports(index, until):
        for account, first, last in _list_accounts_led_to(lake, index, names, until):
            span = spans.setdefault(account, [first, last, received_at])
            span[:] = min(span[0], first), max(span[1], last), min(span[2], received_at)
    if not spans:
        raise SignalError(
            "No report leads to an account by then; wait for reports, or name a file by --labels."
        )
    mules = np.array(sorted(spans), np.int64)
    since, last, known = np.array([spans[mule] for mule in sorted(spans)], np.int64).T
    return MuleLabels(mules, np.ones(len(mules), bool), since, last + WINDOW, known)


def iter_first_reports(index: Index, until: int) -> Iterator[tuple[int, list[str]]]:
    """When each report came, and the payments that it names; of several reports of the same payments the first."""
    side = index.reports
    known = np.flatnonzero((side.numbers["since"] <= until) & (until < side.numbers["until"]))
    texts = [side.texts[name].take(pa.array(known)).to_pylist() for name in ("source", "record_id")]
    payments: dict[tuple[str, str], list[int]] = {}
    received_at: dict[tuple[str, str], int] = {}
    for row, source, record in zip(known.tolist(), *texts, strict=True):
        payments.setdefault((source, record), []).append(int(side.numbers["transfer"][row]))
        received_at[source, record] = int(side.numbers["since"][row])
    first: dict[frozenset[int], int] = {}
    for report in sorted(received_at, key=lambda report: received_at[report]):
        first.setdefault(frozenset(payments[report]), received_at[report])
    for named, at in first.items():
        yield at, [f"{source}:{record}" for source, record in index.list_record_ids(sorted(named))]


def _list_accounts_led_to(
    lake: ReportSource, index: Index, names: Sequence[str], until: int
) -> list[tuple[int, int, int]]:
    """Of accounts that a report leads to: the number, and when its money first and last came there."""
    try:
        trail = trace(lake, index, names, method=METHOD, as_of=clock.from_micros(until))
    except TraceError:
        return []  # what cannot be followed labels nobody
    led = [on for on in trail.accounts if not on.victim and _has_passed_on(on)]
    number: Ints = index.account_ids(
        pa.array([on.account.bank for on in led], pa.string()),
        pa.array([on.account.number for on in led], pa.string()),
    )
    spans = [(on.first_arrival, on.latest_arrival or on.first_arrival) for on in led]
    return [
        (account, clock.to_micros(first), clock.to_micros(last))
        for account, (first, last) in zip(number.tolist(), spans, strict=True)
        if account >= 0
    ]


def has_word_for_holder(on: TracedAccount) -> bool:
    """Whether strong evidence speaks for an account's holder, so that nothing is labelled by it."""
    return bool(HONEST.intersection(reason.code for reason in on.innocent_evidence))


def _has_passed_on(on: TracedAccount) -> bool:
    """Whom the victim paid, and who passed it on near the victim, unless strong evidence speaks for them."""
    if has_word_for_holder(on):
        return False
    passed = on.passed_on >= PASSED * on.tainted_in and on.confidence >= UNDILUTED
    return on.hops <= 1 or (on.hops <= HOPS and passed)
