"""A period in three sentences, made by rule: what happened, what it cost, whom it harmed and what to do this morning."""

import math
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from warroom.bilingual.texts import Texts
from warroom.cases.schema import Case, Hold
from warroom.law.rules import repository as law
from warroom.orders.schema import Order
from warroom.requests.views import PartnerTimes
from warroom.room.briefing import effect
from warroom.room.briefing.course import Course
from warroom.room.briefing.figures import Asked
from warroom.room.briefing.holds import ORDERED
from warroom.room.briefing.views import Cause, Effect, Figure, FirstAct, Story
from warroom.sentences.catalogue import list_words

ANSWERS, USUALLY, TWICE = 3, 20, 2.0
"""A bank is told slow from so many answers, of so many before it, at so many times its usual."""


def story(
    asked: Asked,
    found: Sequence[Course],
    effects: Sequence[Effect],
    harm: Sequence[Figure],
    banks: tuple[Sequence[PartnerTimes], Sequence[PartnerTimes]],
    now: datetime,
) -> Story:
    """The figures of the three sentences; `banks` are how fast banks answered in the period, and in the year before it."""
    told = {one.code: one for one in effects}
    wrong = next(one for one in harm if one.code == "innocent_hours")
    losses = (sum(one.before_report for one in found), sum(one.before_decision for one in found))
    gone = sum(one.gone for one in found)
    return Story(
        reports=told["reported"].value,
        reported=told["loss"].value,
        low=told["loss"].low,
        high=told["loss"].high,
        verdict=told["loss"].verdict,
        held=told["held"].value,
        share_before=effect.share_before(asked),
        gone=gone,
        before_report=losses[0],
        before_decision=losses[1],
        after_decision=gone - sum(losses),
        cause=_cause(*losses, gone - sum(losses)),
        wronged=wrong.count or 0,
        wronged_seconds=wrong.amount or 0,
        act=_act(asked, harm, banks, now),
    )


def _cause(report: int, decision: int, bank: int) -> Cause:
    most = max(report, decision, bank)
    if not most:
        return ""
    return "report" if report == most else "decision" if decision == most else "bank"


def _act(
    asked: Asked,
    harm: Sequence[Figure],
    banks: tuple[Sequence[PartnerTimes], Sequence[PartnerTimes]],
    now: datetime,
) -> FirstAct:
    """The first that fits: a silent bank, a slow bank, appeals answered late, cases that nobody decided; else nothing."""
    since = asked.session.execute(
        select(Hold.bank, Order.sent_at)
        .join(Order, ORDERED)
        .where(
            Hold.state == "sent",
            Order.acknowledged_at.is_(None),
            Order.sent_at < now - law.service_level("silence"),
            asked.seen(Hold.case_id),
        )
        .order_by(Order.sent_at, Hold.bank)
        .limit(1)
    ).first()
    if since is not None:
        return FirstAct("silent", partner=since.bank, seconds=int((now - since.sent_at).total_seconds()))
    if slow := _slow(*banks):
        return slow
    late = next(one for one in harm if one.code == "answered_late")
    if late.count:
        return FirstAct("late_appeals", count=late.count)
    waits = (Case.state == "open") & (Case.undecided > 0) & asked.seen(Case.id)
    count, amount = asked.session.execute(
        select(func.count(), func.coalesce(func.sum(Case.still_there - Case.held), 0)).where(waits)
    ).one()
    return FirstAct("undecided", count=count, amount=max(0, int(amount))) if count else FirstAct("")


def _slow(lately: Sequence[PartnerTimes], before: Sequence[PartnerTimes]) -> FirstAct | None:
    """The bank that answered holds the most times slower than it usually does."""
    usual = {one.partner: one.answered.median for one in before if (one.told or 0) >= USUALLY and not one.few}
    slow = []
    for one in lately:
        median, known = one.answered.median, usual.get(one.partner)
        if median and known and (one.told or 0) >= ANSWERS and median >= TWICE * known:
            slow.append((median / known, one.partner, median))
    if not slow:
        return None
    times, partner, median = max(slow)
    return FirstAct("slow", partner=partner, seconds=int(median), count=math.floor(times))


def _baht(satang: int) -> str:
    """Whole baht: a sentence is read aloud, and the satang stand in the tables below."""
    return f"{round(satang / 100):,}"


def sentences(said: Story) -> tuple[Texts, ...]:
    """The three sentences in both languages; what is most to be seen stands between asterisks."""
    known = list_words("briefing.story")
    share = round(100 * said.held / said.reported) if said.reported else 0
    parts = {
        "reported": _baht(said.reported),
        "reports": f"{said.reports:,}",
        "low": _baht(said.low or 0),
        "high": _baht(said.high or 0),
        "held": _baht(said.held),
        "share": str(share),
        "before": str(round(100 * said.share_before)) if said.share_before is not None else "",
        "gone": _baht(said.gone),
        "before_report": _baht(said.before_report),
        "before_decision": _baht(said.before_decision),
        "after_decision": _baht(said.after_decision),
        "wronged": f"{said.wronged:,}",
        "hours": f"{said.wronged_seconds / 3600:,.1f}",
        "partner": said.act.partner,
        "minutes": f"{round(said.act.seconds / 60):,}",
        "times": str(said.act.count),
        "count": f"{said.act.count:,}",
        "amount": _baht(said.act.amount),
    }
    chosen = (
        (
            "reported" if said.reports else "quiet",
            f"band_{said.verdict}" if said.reports else "",
            "held" if said.reports else "",
            "held_before" if said.reports and said.share_before is not None else "",
        ),
        (f"cause_{said.cause}" if said.cause else "nothing_left" if said.reports else "",),
        (
            "wronged" if said.wronged else "none_wronged",
            f"act_{said.act.code}" if said.act.code else "act_none",
        ),
    )
    return tuple(
        Texts(
            *(
                "".join(known[code][tongue].format(**parts) for code in codes if code)
                for tongue in ("th", "en")
            )
        )
        for codes in chosen
        if any(codes)
    )
