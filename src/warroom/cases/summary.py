"""Keeps a case's summary columns: what is held, undecided, likely to leave and next to run out. The board reads nothing
else.
"""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from warroom.cases import forecasts
from warroom.cases.report_checks import ANONYMOUS_SOURCE

LEFTOVER = 0.05
"""Undecided money below this share of a case's loss is no reason to open it again. Chosen, not measured."""
# One statement, run in the same transaction as every change to a case, so that the board never lags behind.
RECOUNT = text(
    """
WITH c AS (SELECT id, exit_at FROM cases WHERE id = :id),
kept AS (
  SELECT coalesce(sum(held) FILTER (WHERE state IN ('in_effect', 'partly')), 0) AS held,
         coalesce(sum(amount) FILTER (WHERE state IN ('proposed', 'approved', 'sent')), 0)::bigint AS asked,
         coalesce(sum(amount) FILTER (WHERE state = 'proposed'), 0)::bigint AS half_approved,
         count(*) FILTER (WHERE state <> 'taken_back') AS decided,
         min(until) FILTER (WHERE state IN ('approved', 'sent', 'in_effect', 'partly')) AS lapse_at
  FROM holds WHERE case_id = :id),
offers AS (
  SELECT count(*) AS undecided, coalesce(sum(amount), 0)::bigint AS amount,
         coalesce(sum(amount) FILTER (WHERE doubt = ''), 0)::bigint AS ticked,
         coalesce(sum(amount) FILTER (WHERE doubt <> 'holder'), 0)::bigint AS worth
  FROM proposals WHERE case_id = :id AND state = 'open'),
declined AS (SELECT count(*) AS times FROM proposals WHERE case_id = :id AND state = 'declined'),
heard AS (
  SELECT count(*) AS open_appeals, min(p.due_at) AS due_at
  FROM appeals p JOIN holds a ON a.id = p.hold_id WHERE a.case_id = :id AND p.state = 'open'),
told AS (
  SELECT count(*) AS alerts, count(*) FILTER (WHERE kind = 'silence') AS silent
  FROM alerts WHERE case_id = :id AND cleared_at IS NULL),
named AS (
  SELECT count(*) AS reports, coalesce(bool_and(source = :anonymous), false) AS anonymous
  FROM case_reports WHERE case_id = :id),
checked AS (
  SELECT count(*) > 0 AS is_done FROM report_checks WHERE case_id = :id AND how <> 'held-unchecked'),
due AS (
  SELECT c.id, heard.due_at AS appeal_at, kept.lapse_at,
         CASE WHEN offers.undecided > 0 THEN c.exit_at END AS exit_at
  FROM c, kept, offers, heard)
UPDATE cases SET
  held = kept.held, lapse_at = kept.lapse_at, undecided = offers.undecided,
  there = offers.amount + kept.asked,
  -- What an officer decided about all but what came unticked was looked at and left.
  to_decide = kept.half_approved + CASE
    WHEN offers.amount < :leftover * cases.loss THEN 0
    WHEN offers.ticked > 0 OR kept.decided + declined.times = 0 THEN offers.worth ELSE 0 END,
  open_appeals = heard.open_appeals,
  alerts = told.alerts, silent = told.silent, reports = named.reports,
  unchecked = named.anonymous AND NOT checked.is_done,
  next_due = least(due.appeal_at, due.lapse_at, due.exit_at),
  next_kind = CASE least(due.appeal_at, due.lapse_at, due.exit_at)
    WHEN due.appeal_at THEN 'appeal_due' WHEN due.lapse_at THEN 'lapse' WHEN due.exit_at THEN 'exit'
    ELSE '' END
FROM kept, offers, declined, heard, told, named, checked, due
WHERE cases.id = :id
"""
)


def recount_case(session: Session, case_id: int, now: datetime) -> None:
    """Bring the summary of a case up to date with its holds, proposals, appeals and alerts, and its forecast with `now`."""
    session.flush()
    session.execute(RECOUNT, {"id": case_id, "anonymous": ANONYMOUS_SOURCE, "leftover": LEFTOVER})
    forecasts.update_forecasts(session, now, [case_id])
