"""How fast partners acknowledge and answer: one table over requests, holds and other measures, computed where the
rows are.

Times are measured from when the order left to the acknowledgement (`received`, or an immediate answer) and to
the first answer that decides. Percentiles interpolate between the two nearest (SQL's percentile_cont).
"""

from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Row, text

from warroom.access import role_groups
from warroom.bilingual.texts import Texts
from warroom.cases import sealing
from warroom.law.rules import repository as law
from warroom.ledger.decision import logged_read
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.rows import make_view
from warroom.requests.views import PartnerTimes, ResponseTimes

Scope = Literal["all", "request", "hold", "measure"]
# Of fewer than 10 the 90th percentile is nothing but the slowest, of fewer than 20 the 95th.
FEWEST_P90, FEWEST_P95 = 10, 20
FEW = 20
FEWEST_SHOWN = 5
"""Fewer orders than this are withheld from officers who may not see every case: the figures would disclose
single ones.
"""
# The span where none was asked for: enough answers, and recent ones.
YEAR = timedelta(days=365)

# A request's own row is its truth (replies also come by letter); a hold's or measure's is its first order.
_TOLD = """
SELECT partner, 'request' AS about, sent_at AS told, acknowledged_at AS acked, answered_at AS answered,
       coalesce(answered_at > due_at OR (answered_at IS NULL AND due_at < :now)
         OR EXISTS (SELECT 1 FROM request_events e WHERE e.request_id = r.id AND e.kind = 'late'), false) AS late
FROM requests r WHERE sent_at IS NOT NULL
UNION ALL
SELECT bank, about, sent_at, coalesce(received_at, acknowledged_at), acknowledged_at,
       coalesce(coalesce(acknowledged_at, :now)
         > coalesce((facts ->> 'deadline')::timestamptz, sent_at + make_interval(secs => :hold_answer)), false)
FROM orders WHERE sent_at IS NOT NULL AND kind IN ('hold', 'measure') AND state <> 'cancelled'
"""
# Clocks of two agencies differ: an answer dated before its order left counts as immediate.
_TABLE = f"""
WITH told AS ({_TOLD}),
spans AS (
  SELECT partner, late, answered IS NULL AS open,
         greatest(extract(epoch FROM acked - told), 0)::float8 AS ack,
         greatest(extract(epoch FROM answered - told), 0)::float8 AS answer
  FROM told
  WHERE told >= :since AND told <= :now AND (:scope = 'all' OR about = :scope)
    AND (:partner = '' OR partner = :partner)
)
SELECT s.partner, a.name_th, a.name_en, count(*) AS told, count(*) FILTER (WHERE open) AS open,
  count(*) FILTER (WHERE late) AS late, count(*) FILTER (WHERE late OR NOT open) AS judged,
  count(ack) AS acks, count(answer) AS answers,
  percentile_cont(ARRAY[0.5, 0.9, 0.95]) WITHIN GROUP (ORDER BY ack) AS ack,
  percentile_cont(ARRAY[0.5, 0.9, 0.95]) WITHIN GROUP (ORDER BY answer) AS answer
FROM spans s LEFT JOIN agencies a ON a.code = s.partner
GROUP BY s.partner, a.name_th, a.name_en ORDER BY s.partner
"""  # noqa: S608 - no part of it comes from outside


def list_partner_times(
    ledger: Ledger,
    officer: Officer,
    *,
    scope: Scope = "all",
    partner: str = "",
    since: datetime | None = None,
    now: datetime | None = None,
) -> list[PartnerTimes]:
    """Answer times of every partner that got an order since then (by default for a year), by code. Raises
    NotAllowed.

    An officer to whom a case is sealed gets no figures of a partner with fewer than `FEWEST_SHOWN` orders.
    """
    with logged_read(ledger, officer, *role_groups.CASE_WORKERS, now=now) as this:
        given = {
            "now": this.now,
            "since": since or this.now - YEAR,
            "scope": scope,
            "partner": partner,
            "hold_answer": law.service_level("hold_answer").total_seconds(),
        }
        # Officers who may see every case may count single orders as well.
        least = FEWEST_SHOWN if sealing.list_hidden_cases(this.session, this.person) else 0
        rows = this.session.execute(text(_TABLE), given).all()
        return [_to_partner_times(row) if row.told >= least else _withhold_times(row) for row in rows]


def _withhold_times(row: Row[Any]) -> PartnerTimes:
    none = ResponseTimes(None, None, None, None)
    return PartnerTimes(row.partner, _to_name(row), None, none, none, None, None, few=True)


def _to_name(row: Row[Any]) -> Texts | None:
    return Texts(row.name_th, row.name_en) if row.name_th is not None else None


def _to_partner_times(row: Row[Any]) -> PartnerTimes:
    return make_view(
        PartnerTimes,
        row,
        name=_to_name(row),
        acknowledged=_to_times(row.acks, row.ack),
        answered=_to_times(row.answers, row.answer),
        late_share=row.late / row.judged if row.judged else None,
        few=row.answers < FEW,
    )


def _to_times(count: int, found: list[float] | None) -> ResponseTimes:
    median, p90, p95 = found or (None, None, None)
    return ResponseTimes(
        count=count,
        median=median,
        p90=p90 if count >= FEWEST_P90 else None,
        p95=p95 if count >= FEWEST_P95 else None,
    )
