"""The missed cases of an exercise: what was true of each, beside what the room did with it and when, and why it was missed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from warroom import clock
from warroom_lab.demo.after import Missed, PlayerName, Strip
from warroom_lab.evaluation.causes import (
    Leg,
    Place,
    Spread,
    Summary,
    Told,
    cause,
    minutes,
    moments,
    parts,
    summary,
)
from warroom_lab.evaluation.courses import Course

Score = dict[str, Any]
"""What a play left in its file."""
BESIDE: tuple[PlayerName, ...] = ("informed", "warroom", "practice-2025")
"""Whose first decision a strip marks."""
LEAST = 100_00
"""Satang: smaller sums are not followed, so leaving them is no miss."""


@dataclass(frozen=True, slots=True)
class Lived:
    """What the room knows: its cases by report, their courses by number, its hours, and by report where a case stood on the
    list, as the forecasts' file has it. Microseconds.
    """

    cases: Mapping[str, str]
    courses: Mapping[str, Course]
    begins: int
    ends: int
    places: Mapping[str, list[dict[str, int]]]


@dataclass(frozen=True, slots=True)
class LookedBack:
    """The missed cases, the largest first, what most of it was, and where the minutes went."""

    missed: tuple[Missed, ...]
    summary: Summary | None
    minutes: Mapping[Leg, Spread]


def looked_back(scores: Mapping[PlayerName, Score | None], lived: Lived) -> LookedBack:
    """What was missed and why, of a room whose own score is there."""
    room = scores["room"] or {"missed": []}
    known = [one for one in room["missed"] if one["report"] in lived.cases]
    reported = {lived.cases[one["report"]]: one["reported"] for one in known}
    spent = minutes(reported, [lived.courses[number] for number in reported], lived.begins)
    usual = spent["answer"].median if "answer" in spent else 0.0
    found = sorted(_missed(known, scores, lived, usual), key=lambda pair: -pair[0].missed)
    return LookedBack(
        tuple(one for one, _ in found),
        summary([one.missed for one, _ in found], [parts(told) for _, told in found]),
        spent,
    )


def _missed(
    known: list[Score], scores: Mapping[PlayerName, Score | None], lived: Lived, usual: float
) -> Iterator[tuple[Missed, Told]]:
    for one in known:
        if one["reachable"] - one["saved"] < LEAST:
            continue
        number = lived.cases[one["report"]]
        told = _told(one, lived.courses[number], lived, usual)
        sums = one["scam_type"], one["loss"], one["reachable"], one["saved"]
        yield Missed(number, *sums, cause(told), _strip(one, told, scores)), told


def _told(one: Score, course: Course, lived: Lived, usual: float) -> Told:
    return Told(
        there=[(at, lies) for at, lies in one["there"]],
        since=max(one["came"], lived.begins),
        ends=lived.ends,
        saved=one["saved"],
        course=course,
        places=[Place(**stood) for stood in lived.places.get(one["report"], ())],
        usual=usual,
    )


def _strip(one: Score, told: Told, scores: Mapping[PlayerName, Score | None]) -> Strip:
    when = moments(told)
    times = {name: (scores[name] or {"decided": {}})["decided"].get(one["report"]) for name in BESIDE}
    return Strip(
        reported=clock.from_micros(one["reported"]),
        board=clock.from_micros(when.board),
        decided=_moment(when.decided),
        answered=_moment(when.answered),
        bank=when.bank,
        held=when.held,
        gone=_moment(when.gone),
        there=tuple((clock.from_micros(at), lies) for at, lies in told.there if at <= told.ends),
        others=tuple((name, clock.from_micros(at)) for name, at in times.items() if at is not None),
    )


def _moment(at: int | None) -> datetime | None:
    return clock.from_micros(at) if at is not None else None
