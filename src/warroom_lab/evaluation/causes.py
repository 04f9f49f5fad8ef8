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
from warroom_lab.evaluation.courses import AskedOf, Course

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
class Place:
    """Where a case stood on the list at a moment (microseconds), of how many that stood there."""

    at: int
    place: int
    of: int


@dataclass(frozen=True, slots=True)
class Told:
    """A missed case: what lay in accounts (`there`: moment, satang) from `since` on, when it could first be acted on, to
    `ends`; what the room did, and where it stood on the list. `saved`: satang held at the end; `usual`: minutes in which half of all
    amounts were answered.
    """

    there: Sequence[tuple[int, int]]
    since: int
    ends: int
    saved: int
    course: Course
    places: Sequence[Place] = ()
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


def largest(course: Course) -> AskedOf | None:
    """The largest amount that was asked of a bank; of equal ones the first."""
    return max(course.asked, key=lambda one: one.amount, default=None)


def moments(told: Told) -> Moments:
    """When what happened to a case."""
    course, most = told.course, largest(told.course)
    answered = most.answered_at if most else None
    return Moments(
        board=max(told.since, clock.to_micros(course.opened_at)),
        offered=_never_before(told, course.offered_at),
        decided=clock.to_micros(most.decided_at) if most else None,
        answered=clock.to_micros(answered) if answered else None,
        bank=most.bank if most else "",
        held=most.held if most else 0,
        gone=_gone(told),
    )


def _never_before(told: Told, moment: datetime | None) -> int | None:
    return max(told.since, clock.to_micros(moment)) if moment else None


def _left(told: Told) -> list[tuple[int, int]]:
    """(moment, satang) of all that left while it could have been held."""
    lay = [(at, lies) for at, lies in told.there if at <= told.ends]
    drops = [(at, before - lies) for (_, before), (at, lies) in pairwise(lay)]
    return [(at, amount) for at, amount in drops if amount > 0 and at > told.since]


def _gone(told: Told) -> int | None:
    left = _left(told)
    missed = sum(amount for _, amount in left) + max(0, _lay(told, told.ends) - told.saved)
    enough, so_far = GONE * missed, 0
    for at, amount in left:
        so_far += amount
        if so_far >= enough:
            return at
    return None


def parts(told: Told) -> dict[Phase, int]:
    """The satang that left, by what they left before."""
    when = moments(told)
    out: dict[Phase, int] = dict.fromkeys(PHASES, 0)
    for at, amount in _left(told):
        out[_phase(at, when)] += amount
    out["end"] = max(0, _lay(told, told.ends) - told.saved)
    return out


def _lay(told: Told, moment: int) -> int:
    return next((lies for at, lies in reversed(told.there) if at <= moment), 0)


def _phase(at: int, when: Moments) -> Phase:
    if when.offered is None or at < when.offered:
        return "records"
    if when.decided is None or at < when.decided:
        return "decision"
    return "bank" if when.answered is None or at < when.answered else "after"


def cause(told: Told) -> Cause:
    """Why the money of a case was missed."""
    sums = parts(told)
    most = max(PHASES, key=lambda one: sums[one])
    when = moments(told)
    match most:
        case "records":
            return _records(told, when)
        case "decision":
            return _waited(told, when)
        case "bank":
            return _bank(told, when)
        case "after":
            return _after(told)
        case _:
            return _end(told, when)


def _records(told: Told, when: Moments) -> Cause:
    if when.offered is None:
        return Cause("unseen")
    return Cause("records", minutes=(when.offered - told.since) / MINUTE)


def _waited(told: Told, when: Moments) -> Cause:
    """The list, if it led past the case; else how long nobody had it, or how long who had it took."""
    if when.decided is None and told.course.declined_at is not None:
        return Cause("declined", at=told.course.declined_at, amount=told.course.declined)
    until = when.decided if when.decided is not None else when.gone or told.ends
    waited = (until - when.board) / MINUTE
    stood = _stood(told, min(until, when.gone or until))
    if stood is not None and stood.place > NEAR:
        code: Code = "place" if when.decided is not None else "place_never"
        return Cause(code, minutes=waited, place=stood.place, of=stood.of)
    taken = _never_before(told, told.course.taken_at)
    alone = (min(taken, until) - when.board) / MINUTE if taken is not None else waited
    if alone > waited / 2:
        return Cause("nobody" if when.decided is not None else "nobody_never", minutes=alone)
    return Cause("slow" if when.decided is not None else "slow_never", minutes=alone, then=waited - alone)


def _stood(told: Told, until: int) -> Place | None:
    """Where it stood when it was last looked at before a moment."""
    return next((one for one in reversed(told.places) if one.at <= until), None)


def _bank(told: Told, when: Moments) -> Cause:
    assert when.decided is not None  # without a decision nothing left while a bank was asked
    waited = ((when.answered or told.ends) - when.decided) / MINUTE
    code: Code = "bank" if when.answered is not None else "bank_never"
    return Cause(code, minutes=waited, then=told.usual, bank=when.bank)


def _after(told: Told) -> Cause:
    """What was held was let go; or it was other money than the victim's; or too little was asked for, or less was found."""
    asked, held = sum(one.amount for one in told.course.asked), sum(one.held for one in told.course.asked)
    let_go = [one for one in told.course.asked if one.released_at is not None and one.held]
    if sum(one.held for one in let_go) > held / 2:
        first = max(let_go, key=lambda one: one.held)
        return Cause("released", at=first.released_at, amount=first.held)
    if told.saved < held / 2:
        return Cause("astray", amount=told.saved, whole=held)
    lay = _lay(told, told.since)
    if lay - asked > asked - held:
        return Cause("rest", amount=asked, whole=lay)
    return Cause("part", amount=held, whole=asked)


def _end(told: Told, when: Moments) -> Cause:
    """It still lies there: nobody decided, the bank has not answered, or the rest was not asked for."""
    if when.decided is None:
        return Cause("end", minutes=(told.ends - when.board) / MINUTE)
    return _bank(told, when) if when.answered is None else _after(told)


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


def summary(missed: Sequence[int], sums: Sequence[Mapping[Phase, int]]) -> Summary | None:
    """What was lost most and why, of all missed cases: satang missed, and their parts. None where nothing was missed."""
    whole = sum(missed)
    by_phase = {phase: sum(one[phase] for one in sums) for phase in PHASES}
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


def minutes(reported: Mapping[str, int], found: Sequence[Course], begins: int) -> dict[Leg, Spread]:
    """Where the minutes went, of every case with this leg: from the report (`reported`, by case) to the board, from there to
    the first decision, and of every amount from its decision to its bank's answer. Nobody could act before `begins`.
    """
    board = {one.number: clock.to_micros(one.opened_at) for one in found}
    legs: dict[Leg, list[float]] = {
        "board": [board[name] - at for name, at in reported.items() if at >= begins],
        "decision": [
            clock.to_micros(min(each.decided_at for each in one.asked)) - max(begins, board[one.number])
            for one in found
            if one.asked
        ],
        "answer": [
            clock.to_micros(each.answered_at) - clock.to_micros(each.decided_at)
            for one in found
            for each in one.asked
            if each.answered_at is not None
        ],
    }
    return {leg: _spread(legs[leg]) for leg in LEGS if legs[leg]}


def _spread(micros: Sequence[float]) -> Spread:
    low, middle, high = np.quantile(np.asarray(micros, float) / MINUTE, (0.25, 0.5, 0.75))
    return Spread(len(micros), float(middle), float(low), float(high))
