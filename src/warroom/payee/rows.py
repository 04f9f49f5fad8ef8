"""Rows of flags: locking, ending, notices, and conversion to views."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from warroom.bilingual import texts
from warroom.bilingual.texts import Texts
from warroom.errors import NotFound
from warroom.law.rules import repository as law
from warroom.ledger import deadlines
from warroom.ledger.rows import make_view
from warroom.ledger.schema import OfficerRow
from warroom.payee.in_force import take_next_turn
from warroom.payee.schema import Flag, FlagAppeal, FlagProbe
from warroom.payee.views import Cause, FlagAppealView, FlagView, ProbeView
from warroom.reasons.reason import Reason

RULE = "payee-warning"


def lock_flags(session: Session, ids: Collection[int]) -> list[Flag]:
    """Lock flags in ascending order of id, as everywhere, so that no two decisions deadlock; raises NotFound where one is missing."""
    query = select(Flag).where(Flag.id.in_(ids)).order_by(Flag.id)
    found = list(session.scalars(query.with_for_update().execution_options(populate_existing=True)))
    if len(found) < len(set(ids)):
        raise NotFound("payee.no-such-flag")
    return found


def build_holder_notice(kind: str, flag: Flag, rule: law.Rule) -> Texts:
    """The notice to the holder: until when, by which law, and how to appeal."""
    appeal = law.rule_under(law.APPEAL)
    hours, limit = appeal.period, appeal.limit or appeal.period
    params = {
        "until": flag.until,
        "citation": rule.citation,
        "reference": flag.reference,
        "hours": f"{hours.total_seconds() / 3600:g}",
        "limit": f"{limit.total_seconds() / 3600:g}",
    }
    return texts.render_notice("warroom.payee", "notices.toml", kind, params, page=False)


def terminate_flag(
    session: Session, flag: Flag, cause: Cause, person: OfficerRow | None, reason: str, now: datetime
) -> None:
    """End a flag or a proposal: its deadlines stop, checks follow within a second, and the holder gets a notice if the
    flag was in effect. An open appeal stays open and can still be answered.
    """
    was = flag.state
    flag.state, flag.ended_at, flag.ended_cause, flag.ended_reason = "ended", now, cause, reason
    flag.ended_by = person.id if person else None
    deadlines.stop_deadlines(session, "flag", flag.id)
    if was == "in_effect" and cause != "renewal":
        ended_notice = texts.render_notice(
            "warroom.payee", "notices.toml", "ended", {"reference": flag.reference}, page=False
        )
        flag.notice_th, flag.notice_en, flag.noticed_at = ended_notice.th, ended_notice.en, None
    flag.turn = take_next_turn(session)


def build_flag_views(session: Session, flags: Iterable[Flag]) -> list[FlagView]:
    """The views of flags, with their appeals and probes, in a fixed number of queries."""
    rows = list(flags)
    if not rows:
        return []
    names: dict[int | None, str] = {None: ""}
    names |= {row.id: row.name for row in session.execute(select(OfficerRow.id, OfficerRow.name))}
    appeals, probes = _load_appeals(session, [row.id for row in rows], names), _load_probes(session, rows)
    return [
        make_view(
            FlagView,
            row,
            reasons=tuple(map(_to_reason, row.reasons)),
            decided_by=names[row.decided_by],
            ended_by=names[row.ended_by],
            notice=Texts(row.notice_th, row.notice_en),
            appeals=tuple(appeals[row.id]),
            probes=tuple(probes[row.bank, row.account]),
        )
        for row in rows
    ]


def appeal_view(row: FlagAppeal, names: Mapping[int | None, str]) -> FlagAppealView:
    """An appeal with its officer's name."""
    return make_view(FlagAppealView, row, answered_by=names[row.answered_by])


def _load_appeals(
    session: Session, ids: list[int], names: Mapping[int | None, str]
) -> Mapping[int, list[FlagAppealView]]:
    found: dict[int, list[FlagAppealView]] = defaultdict(list)
    query = select(FlagAppeal).where(FlagAppeal.flag_id.in_(ids)).order_by(FlagAppeal.id.desc())
    for row in session.scalars(query):
        found[row.flag_id].append(appeal_view(row, names))
    return found


def _load_probes(session: Session, rows: list[Flag]) -> Mapping[tuple[str, str], list[ProbeView]]:
    found: dict[tuple[str, str], list[ProbeView]] = defaultdict(list)
    mine = tuple_(FlagProbe.bank, FlagProbe.account).in_([(row.bank, row.account) for row in rows])
    for row in session.scalars(select(FlagProbe).where(mine).order_by(FlagProbe.id.desc())):
        found[row.bank, row.account].append(make_view(ProbeView, row))
    return found


def _to_reason(told: Mapping[str, Any]) -> Reason:
    return Reason(told["code"], told["params"], tuple(told["evidence"]))
