"""The missed cases of an exercise: what was true of each, beside what the room did with it and when, and why it was missed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from warroom import clock
from warroom_lab.demo.after import CaseStrip, Missed, PlayerName
from warroom_lab.evaluation.causes import (
    Leg,
    MissedCaseFacts,
    QueuePlace,
    Spread,
    Summary,
    find_cause,
    find_moments,
    measure_legs,
    split_missed_by_phase,
    summarise_missed,
)
from warroom_lab.evaluation.courses import CaseCourse

Score = dict[str, Any]
"""What a play left in its file."""
BESIDE: tuple[PlayerName, ...] = ("informed", "warroom", "practice-2025")
"""Whose first decision a strip marks."""
LEAST = 100_00
"""Satang: smaller sums are not followed, so leaving them is no miss."""


@dataclass(frozen=True, slots=True)
class RoomHistory:
    """What the room knows: its cases by report, their courses by number, its hours, and by report where a case stood on the
    list, as the forecasts' file has it. Microseconds.
    """

    cases: Mapping[str, str]
    courses: Mapping[str, CaseCourse]
    begins: int
    ends: int
    places: Mapping[str, list[dict[str, int]]]


@dataclass(frozen=True, slots=True)
class MissedCaseReview:
    """The missed cases, the largest first, what most of it was, and where the minutes went."""

    missed: tuple[Missed, ...]
    summary: Summary | None
    minutes: Mapping[Leg, Spread]


def review_missed_cases(scores: Mapping[PlayerName, Score | None], lived: RoomHistory) -> MissedCaseReview:
    """What was missed and why, of a room whose own score is there."""
    room = scores["room"] or {"missed": []}
    known = [missed_case for missed_case in room["missed"] if missed_case["report"] in lived.cases]
    reported = {lived.cases[missed_case["report"]]: missed_case["reported"] for missed_case in known}
    spent = measure_legs(reported, [lived.courses[number] for number in reported], lived.begins)
    usual = spent["answer"].median if "answer" in spent else 0.0
    ranked_cases = sorted(_iter_missed_cases(known, scores, lived, usual), key=lambda pair: -pair[0].missed)
    return MissedCaseReview(
        tuple(missed_case for missed_case, _ in ranked_cases),
        summarise_missed(
            [missed_case.missed for missed_case, _ in ranked_cases],
            [split_missed_by_phase(facts) for _, facts in ranked_cases],
        ),
        spent,
    )


def _iter_missed_cases(
    known: list[Score], scores: Mapping[PlayerName, Score | None], lived: RoomHistory, usual: float
) -> Iterator[tuple[Missed, MissedCaseFacts]]:
    for missed_case in known:
        if missed_case["reachable"] - missed_case["saved"] < LEAST:
            continue
        number = lived.cases[missed_case["report"]]
        facts = _build_case_facts(missed_case, lived.courses[number], lived, usual)
        sums = missed_case["scam_type"], missed_case["loss"], missed_case["reachable"], missed_case["saved"]
        yield Missed(number, *sums, find_cause(facts), _build_strip(missed_case, facts, scores)), facts


def _build_case_facts(
    missed_case: Score, course: CaseCourse, lived: RoomHistory, usual: float
) -> MissedCaseFacts:
    return MissedCaseFacts(
        lying_amounts=[(at, lies) for at, lies in missed_case["there"]],
        since=max(missed_case["came"], lived.begins),
        ends=lived.ends,
        saved=missed_case["saved"],
        course=course,
        places=[QueuePlace(**stood) for stood in lived.places.get(missed_case["report"], ())],
        usual=usual,
    )


def _build_strip(
    missed_case: Score, facts: MissedCaseFacts, scores: Mapping[PlayerName, Score | None]
) -> CaseStrip:
    when = find_moments(facts)
    times = {name: (scores[name] or {"decided": {}})["decided"].get(missed_case["report"]) for name in BESIDE}
    return CaseStrip(
        reported=clock.from_micros(missed_case["reported"]),
        board=clock.from_micros(when.board),
        decided=_to_moment(when.decided),
        answered=_to_moment(when.answered),
        bank=when.bank,
        held=when.held,
        gone=_to_moment(when.gone),
        there=tuple((clock.from_micros(at), lies) for at, lies in facts.lying_amounts if at <= facts.ends),
        others=tuple((name, clock.from_micros(at)) for name, at in times.items() if at is not None),
    )


def _to_moment(at: int | None) -> datetime | None:
    return clock.from_micros(at) if at is not None else None
