"""A period in three sentences, chosen by rule: what happened, why money was lost, who was harmed and what to
do first.
"""

import math
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from warroom.bilingual.texts import Texts
from warroom.cases.answer_times import get_answer_times
from warroom.cases.schema import Case
from warroom.cases.silent_banks import list_owed_answers, list_silent_banks
from warroom.requests.views import PartnerTimes
from warroom.room.briefing import effect
from warroom.room.briefing.course import MoneyCourse
from warroom.room.briefing.figures import BriefingScope
from warroom.room.briefing.views import BandedFigure, BriefingFigure, Cause, FirstAct, Story
from warroom.sentences.catalogue import list_words

ANSWERS, USUALLY, TWICE = 3, 20, 2.0
"""A bank counts as slow with at least ANSWERS answers in the period, USUALLY in the year before, and a median
TWICE as long. Chosen, not measured.
"""


def build_story(
    asked: BriefingScope,
    courses: Sequence[MoneyCourse],
    effects: Sequence[BandedFigure],
    harm: Sequence[BriefingFigure],
    banks: tuple[Sequence[PartnerTimes], Sequence[PartnerTimes]],
    now: datetime,
) -> Story:
    """The figures of the three sentences. `banks`: answer times in the period, and in the year before it."""
    effects_by_code = {effect_row.code: effect_row for effect_row in effects}
    wrong = next(figure for figure in harm if figure.code == "innocent_hours")
    losses = (
        sum(course.before_report for course in courses),
        sum(course.before_decision for course in courses),
    )
    gone = sum(course.exited_amount for course in courses)
    return Story(
        reports=effects_by_code["reported"].value,
        reported=effects_by_code["loss"].value,
        low=effects_by_code["loss"].low,
        high=effects_by_code["loss"].high,
        verdict=effects_by_code["loss"].verdict,
        held=effects_by_code["held"].value,
        share_before=effect.share_before(asked),
        gone=gone,
        before_report=losses[0],
        before_decision=losses[1],
        after_decision=gone - sum(losses),
        cause=_find_main_cause(*losses, gone - sum(losses)),
        wronged=wrong.count or 0,
        wronged_seconds=wrong.amount or 0,
        act=_choose_first_act(asked, harm, banks, now),
    )


def _find_main_cause(report: int, decision: int, bank: int) -> Cause:
    most = max(report, decision, bank)
    if not most:
        return ""
    # On a tie the earlier stage: time lost there is lost to the later ones too.
    return "report" if report == most else "decision" if decision == most else "bank"


def _choose_first_act(
    asked: BriefingScope,
    harm: Sequence[BriefingFigure],
    banks: tuple[Sequence[PartnerTimes], Sequence[PartnerTimes]],
    now: datetime,
) -> FirstAct:
    """The first that applies: a silent bank, a slow bank, appeals answered late, undecided cases; else
    nothing.
    """
    times = get_answer_times(asked.session, now)
    owed = list_owed_answers(asked.session, asked.is_visible(Case.id), times)
    if silent := [bank for bank in list_silent_banks(asked.session, owed, now) if bank.asks]:
        seconds = int((now - silent[0].sent_at).total_seconds())
        return FirstAct("silent", partner=silent[0].bank, seconds=seconds)
    if slow := _find_slow_bank(*banks):
        return slow
    late = next(figure for figure in harm if figure.code == "answered_late")
    if late.count:
        return FirstAct("late_appeals", count=late.count)
    waits = (Case.state == "open") & (Case.undecided > 0) & asked.is_visible(Case.id)
    count, amount = asked.session.execute(
        select(func.count(), func.coalesce(func.sum(Case.still_there - Case.held), 0)).where(waits)
    ).one()
    return FirstAct("undecided", count=count, amount=max(0, int(amount))) if count else FirstAct("")


def _find_slow_bank(lately: Sequence[PartnerTimes], before: Sequence[PartnerTimes]) -> FirstAct | None:
    """The bank that answered holds the most times slower than it usually does."""
    usual = {
        partner_times.partner: partner_times.answered.median
        for partner_times in before
        if (partner_times.told or 0) >= USUALLY and not partner_times.few
    }
    slow = []
    for partner_times in lately:
        median, known = partner_times.answered.median, usual.get(partner_times.partner)
        # Against the bank's own median: banks differ by a factor of ten in what is normal for them.
        if median and known and (partner_times.told or 0) >= ANSWERS and median >= TWICE * known:
            slow.append((median / known, partner_times.partner, median))
    if not slow:
        return None
    times, partner, median = max(slow)
    return FirstAct("slow", partner=partner, seconds=int(median), count=math.floor(times))


def _format_baht(satang: int) -> str:
    """Whole baht, from satang: the sentences are read aloud, and the tables below give satang."""
    return f"{round(satang / 100):,}"


def format_story(facts: Story) -> tuple[Texts, ...]:
    """The three sentences in both languages; emphasis is marked with asterisks."""
    known = list_words("briefing.story")
    share = round(100 * facts.held / facts.reported) if facts.reported else 0
    parts = {
        "reported": _format_baht(facts.reported),
        "reports": f"{facts.reports:,}",
        "low": _format_baht(facts.low or 0),
        "high": _format_baht(facts.high or 0),
        "held": _format_baht(facts.held),
        "share": str(share),
        "before": str(round(100 * facts.share_before)) if facts.share_before is not None else "",
        "gone": _format_baht(facts.gone),
        "before_report": _format_baht(facts.before_report),
        "before_decision": _format_baht(facts.before_decision),
        "after_decision": _format_baht(facts.after_decision),
        "wronged": f"{facts.wronged:,}",
        "hours": f"{facts.wronged_seconds / 3600:,.1f}",
        "partner": facts.act.partner,
        "minutes": f"{round(facts.act.seconds / 60):,}",
        "times": str(facts.act.count),
        "count": f"{facts.act.count:,}",
        "amount": _format_baht(facts.act.amount),
    }
    chosen = (
        (
            "reported" if facts.reports else "quiet",
            f"band_{facts.verdict}" if facts.reports else "",
            "held" if facts.reports else "",
            "held_before" if facts.reports and facts.share_before is not None else "",
        ),
        (f"cause_{facts.cause}" if facts.cause else "nothing_left" if facts.reports else "",),
        (
            "wronged" if facts.wronged else "none_wronged",
            f"act_{facts.act.code}" if facts.act.code else "act_none",
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
