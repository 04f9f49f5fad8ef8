"""Numbers of groups that stay: which group of today is which of before, by members.

The rule: a group of today and one of before can be the same where the members in common are at least two, and at least half of the
smaller of the two. Pairs are taken by the number of members in common, the most first, each group once; equal ones by the lower
number. What is left of a group of before that lost so many members to others has split; a group of today that took at least half of the members of others has
merged with them; of the rest, groups of today are new and groups of before are gone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

GroupEvent = Literal["new", "same", "grown", "shrunk", "split", "merged"]
GROUP_EVENTS: tuple[GroupEvent, ...] = get_args(GroupEvent)
LEAST_COMMON = 2
HALF = 0.5


@dataclass(frozen=True, slots=True)
class GroupStep:
    """What became of one group of today. `number`: the one that stays, None for a new one; `joined` and `lost`: members; `others`:
    numbers of before that it split from, or took in.
    """

    number: int | None
    event: GroupEvent
    joined: int
    lost: int
    others: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class GroupSteps:
    """One step for each group of today, in order; groups of before that are `gone`, and those `taken_in` with the place of the group of
    today that has them.
    """

    steps: tuple[GroupStep, ...]
    gone: tuple[int, ...]
    taken_in: Mapping[int, int]


def match_groups(before: Mapping[int, frozenset[str]], today: Sequence[frozenset[str]]) -> GroupSteps:
    """The steps from the groups of before to those of today."""
    common = _count_common(before, today)
    pairs = sorted(
        (
            (number, place)
            for (number, place), count in common.items()
            if count >= LEAST_COMMON and count >= HALF * min(len(before[number]), len(today[place]))
        ),
        key=lambda pair: (-common[pair], *pair),
    )
    number_of: dict[int, int] = {}
    place_of: dict[int, int] = {}
    for number, place in pairs:
        if place not in number_of and number not in place_of:
            number_of[place], place_of[number] = number, place
    taken_in = {
        number: place
        for number, place in sorted(pairs, key=lambda pair: -common[pair], reverse=True)
        if number not in place_of and common[number, place] >= HALF * len(before[number])
    }
    steps = tuple(
        _make_step(place, members, before, number_of, taken_in, common) for place, members in enumerate(today)
    )
    gone = tuple(sorted(number for number in before if number not in place_of and number not in taken_in))
    return GroupSteps(steps, gone, taken_in)


def _count_common(
    before: Mapping[int, frozenset[str]], today: Sequence[frozenset[str]]
) -> dict[tuple[int, int], int]:
    # A member is in one group alone, on either side.
    place_of = {name: place for place, members in enumerate(today) for name in members}
    common: dict[tuple[int, int], int] = {}
    for number, members in before.items():
        for name in members:
            if name in place_of:
                pair = (number, place_of[name])
                common[pair] = common.get(pair, 0) + 1
    return common


def _make_step(
    place: int,
    members: frozenset[str],
    before: Mapping[int, frozenset[str]],
    number_of: Mapping[int, int],
    taken_in: Mapping[int, int],
    common: Mapping[tuple[int, int], int],
) -> GroupStep:
    number = number_of.get(place)
    took = tuple(sorted(other for other, where in taken_in.items() if where == place))
    if number is None:
        sources = [n for n in before if common.get((n, place), 0) >= HALF * len(members)]
        return GroupStep(None, "split" if sources else "new", len(members), 0, tuple(sorted(sources)))
    old = before[number]
    joined, lost = len(members - old), len(old - members)
    if took:
        return GroupStep(number, "merged", joined, lost, took)
    event: GroupEvent = "same" if not joined and not lost else "grown" if joined >= lost else "shrunk"
    return GroupStep(number, event, joined, lost)
