"""Why a case's money was missed: one cause for each case, by rule, from when its money left and what the room did when.

The money that left is counted by what it left before: the first amount that the room could hold (its records came late),
the decision on the largest amount (it waited), that amount's answer by its bank, or after it; what still lies there and is
not held was left at the end. The cause is told of the part that is largest, and of equal parts of the earlier.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Literal

import numpy as np

from warroom import clock
from warroom_lab.evaluation.courses import AskedOf, CaseCourse

Phase = Literal["records", "decision", "bank", "after", "end"]
PHASES: tuple[Phase, ...] = ("records", "decision", "bank", "after", "end")
Code = Literal[
    "unseen",
    "records",
    "place",
    "place_never",
    "nobody",
    "nobody_never",
    "slow",
    "slow_never",
    "declined",
    "bank",
    "bank_never",
    "astray",
    "part",
    "rest",
    "released",
    "end",
]
GONE = 0.75
"""A case's money is called gone once so much of what was missed had left: the last baht may take days."""
NEAR = 5
"""A case at one of the first so many places of the list was led to; what it waited for was no matter of the list."""
MINUTE = 60_000_000


@dataclass(frozen=True, slots=True)
class QueuePlace:
    """Where a case stood on the list at a moment (microseconds), of how many that stood there."""

    at: int
    place: int
    of: int


@dataclass(frozen=True, slots=True)
class MissedCaseFacts:
    """A missed case: what lay in accounts (`there`: moment, satang) from `since` on, when it could first be acted on, to
    `ends`; what the room did, and where it stood on the list. `saved`: satang held at the end; `usual`: minutes in which half of all
    amounts were answered.
    """

    lying_amounts: Sequence[tuple[int, int]]
    since: int
    ends: int
    saved: int
    course: CaseCourse
    places: Sequence[QueuePlace] = ()
    usual: float = 0.0


@dataclass(frozen=True, slots=True)
class Moments:
    """What the strip of a case marks, in microseconds; None where it did not happen. `held`: what the bank of the largest
    amount answered, in satang. `board` and `offered` are never before the room could act.
    """

    board: int
    offered: int | None
    decided: int | None
    answered: int | None
    bank: str
    held: int
    gone: int | None


@dataclass(frozen=True, slots=True)
class Cause:
    """Which rule fits and what its sentence needs: minutes, a place of so many, a bank, a moment, satang of satang."""

    code: Code
    minutes: float = 0.0
    then: float = 0.0
    place: int = 0
    of: int = 0
    bank: str = ""
    at: datetime | None = None
    amount: int = 0
    whole: int = 0


def find_largest_request(course: CaseCourse) -> AskedOf | None:
    """The largest amount that was asked of a bank; of equal ones the first."""
    return max(course.asked, key=lambda one: one.amount, default=None)


def find_moments(facts: MissedCaseFacts) -> Moments:
    """When what happened to a case."""
    course, most = facts.course, find_largest_request(facts.course)
    answered = most.answered_at if most else None
    return Moments(
        board=max(facts.since, clock.to_micros(course.opened_at)),
        offered=_clip_to_start(facts, course.offered_at),
        decided=clock.to_micros(most.decided_at) if most else None,
        answered=clock.to_micros(answered) if answered else None,
        bank=most.bank if most else "",
        held=most.held if most else 0,
        gone=_find_gone_time(facts),
    )


def _clip_to_start(told: MissedCaseFacts, moment: datetime | None) -> int | None:
    return max(told.since, clock.to_micros(moment)) if moment else None


def _list_departures(told: MissedCaseFacts) -> list[tuple[int, int]]:
    """(moment, satang) of all that left while it could have been held."""
    lay = [(at, lies) for at, lies in told.lying_amounts if at <= told.ends]
    drops = [(at, before - lies) for (_, before), (at, lies) in pairwise(lay)]
    return [(at, amount) for at, amount in drops if amount > 0 and at > told.since]


def _find_gone_time(facts: MissedCaseFacts) -> int | None:
    left = _list_departures(facts)
    missed = sum(amount for _, amount in left) + max(0, _sum_lying_at(facts, facts.ends) - facts.saved)
    enough, so_far = GONE * missed, 0
    for at, amount in left:
        so_far += amount
        if so_far >= enough:
            return at
    return None


def split_missed_by_phase(told: MissedCaseFacts) -> dict[Phase, int]:
    """The satang that left, by what they left before."""
    when = find_moments(told)
    out: dict[Phase, int] = dict.fromkeys(PHASES, 0)
    for at, amount in _list_departures(told):
        out[_find_phase(at, when)] += amount
    out["end"] = max(0, _sum_lying_at(told, told.ends) - told.saved)
    return out


def _sum_lying_at(told: MissedCaseFacts, moment: int) -> int:
    return next((lies for at, lies in reversed(told.lying_amounts) if at <= moment), 0)


def _find_phase(at: int, when: Moments) -> Phase:
    if when.offered is None or at < when.offered:
        return "records"
    if when.decided is None or at < when.decided:
        return "decision"
    return "bank" if when.answered is None or at < when.answered else "after"


def find_cause(facts: MissedCaseFacts) -> Cause:
    """Why the money of a case was missed."""
    sums = split_missed_by_phase(facts)
    most = max(PHASES, key=lambda phase: sums[phase])
    when = find_moments(facts)
    match most:
        case "records":
            return _explain_records(facts, when)
        case "decision":
            return _explain_waiting(facts, when)
        case "bank":
            return _explain_bank(facts, when)
        case "after":
            return _explain_after_answer(facts)
        case _:
            return _explain_end(facts, when)


def _explain_records(told: MissedCaseFacts, when: Moments) -> Cause:
    if when.offered is None:
        return Cause("unseen")
    return Cause("records", minutes=(when.offered - told.since) / MINUTE)


def _explain_waiting(facts: MissedCaseFacts, when: Moments) -> Cause:
    """The list, if it led past the case; else how long nobody had it, or how long who had it took."""
    if when.decided is None and facts.course.declined_at is not None:
        return Cause("declined", at=facts.course.declined_at, amount=facts.course.declined)
    until = when.decided if when.decided is not None else when.gone or facts.ends
    waited = (until - when.board) / MINUTE
    stood = _find_queue_place(facts, min(until, when.gone or until))
    if stood is not None and stood.place > NEAR:
        code: Code = "place" if when.decided is not None else "place_never"
        return Cause(code, minutes=waited, place=stood.place, of=stood.of)
    taken = _clip_to_start(facts, facts.course.taken_at)
    alone = (min(taken, until) - when.board) / MINUTE if taken is not None else waited
    if alone > waited / 2:
        return Cause("nobody" if when.decided is not None else "nobody_never", minutes=alone)
    return Cause("slow" if when.decided is not None else "slow_never", minutes=alone, then=waited - alone)


def _find_queue_place(told: MissedCaseFacts, until: int) -> QueuePlace | None:
    """Where it stood when it was last looked at before a moment."""
    return next((one for one in reversed(told.places) if one.at <= until), None)


def _explain_bank(told: MissedCaseFacts, when: Moments) -> Cause:
    assert when.decided is not None  # without a decision nothing left while a bank was asked
    waited = ((when.answered or told.ends) - when.decided) / MINUTE
    code: Code = "bank" if when.answered is not None else "bank_never"
    return Cause(code, minutes=waited, then=told.usual, bank=when.bank)


def _explain_after_answer(facts: MissedCaseFacts) -> Cause:
    """What was held was let go; or it was other money than the victim's; or too little was asked for, or less was found."""
    asked, held = (
        sum(request.amount for request in facts.course.asked),
        sum(request.held for request in facts.course.asked),
    )
    let_go = [request for request in facts.course.asked if request.released_at is not None and request.held]
    if sum(request.held for request in let_go) > held / 2:
        first = max(let_go, key=lambda request: request.held)
        return Cause("released", at=first.released_at, amount=first.held)
    if facts.saved < held / 2:
        return Cause("astray", amount=facts.saved, whole=held)
    lay = _sum_lying_at(facts, facts.since)
    if lay - asked > asked - held:
        return Cause("rest", amount=asked, whole=lay)
    return Cause("part", amount=held, whole=asked)


def _explain_end(told: MissedCaseFacts, when: Moments) -> Cause:
    """It still lies there: nobody decided, the bank has not answered, or the rest was not asked for."""
    if when.decided is None:
        return Cause("end", minutes=(told.ends - when.board) / MINUTE)
    return _explain_bank(told, when) if when.answered is None else _explain_after_answer(told)


@dataclass(frozen=True, slots=True)
class Summary:
    """The first sentence's figures: the `few` largest cases make `share` (in [0, 1]) of what was missed; most of what was
    missed left in one phase, whose share is `most`.
    """

    few: int
    share: float
    phase: Phase
    most: float


FEW = 3


def summarise_missed(missed: Sequence[int], sums: Sequence[Mapping[Phase, int]]) -> Summary | None:
    """What was lost most and why, of all missed cases: satang missed, and their parts. None where nothing was missed."""
    whole = sum(missed)
    by_phase = {phase: sum(phase_sums[phase] for phase_sums in sums) for phase in PHASES}
    counted = sum(by_phase.values())
    if not whole or not counted:
        return None
    few = min(FEW, len(missed))
    most = max(PHASES, key=lambda phase: by_phase[phase])
    return Summary(few, sum(sorted(missed)[-few:]) / whole, most, by_phase[most] / counted)


@dataclass(frozen=True, slots=True)
class Spread:
    """Minutes of one leg of the way: the median of `cases`, and the middle half of them."""

    cases: int
    median: float
    low: float
    high: float


Leg = Literal["board", "decision", "answer"]
LEGS: tuple[Leg, ...] = ("board", "decision", "answer")


def measure_legs(
    reported: Mapping[str, int], courses: Sequence[CaseCourse], begins: int
) -> dict[Leg, Spread]:
    """Where the minutes went, of every case with this leg: from the report (`reported`, by case) to the board, from there to
    the first decision, and of every amount from its decision to its bank's answer. Nobody could act before `begins`.
    """
    board = {course.number: clock.to_micros(course.opened_at) for course in courses}
    legs: dict[Leg, list[float]] = {
        "board": [board[name] - at for name, at in reported.items() if at >= begins],
        "decision": [
            clock.to_micros(min(request.decided_at for request in course.asked))
            - max(begins, board[course.number])
            for course in courses
            if course.asked
        ],
        "answer": [
            clock.to_micros(request.answered_at) - clock.to_micros(request.decided_at)
            for course in courses
            for request in course.asked
            if request.answered_at is not None
        ],
    }
    return {leg: _compute_spread(legs[leg]) for leg in LEGS if legs[leg]}


def _compute_spread(micros: Sequence[float]) -> Spread:
    low, middle, high = np.quantile(np.asarray(micros, float) / MINUTE, (0.25, 0.5, 0.75))
    return Spread(len(micros), float(middle), float(low), float(high))
