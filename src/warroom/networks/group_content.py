"""All that a group's page shows, as data that the ledger keeps: members, ties with their records, days, money, and ranks."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np

from warroom.networks.communities import SubjectGroup
from warroom.networks.grounds import Grounds
from warroom.networks.layers import LAYERS, MONEY, WALLETS, LayeredGraph
from warroom.networks.rank_ranges import RankRanges, compute_rank_ranges
from warroom.networks.role_reasons import (
    RoleFacts,
    collect_facts,
    count_records,
    list_reasons_against,
    list_reasons_for,
    sort_by_rank,
)
from warroom.networks.roles import ROLES, GroupTies, Role, select_group_ties

MOST_ROWS = 10
"""Persons a role's table shows: beyond the first ten a rank says little."""
MOST_TIES, MOST_RECORDS = 3_000, 20
"""Ties that are kept of a group, the strongest first, and records that one names; the count says how many there are."""
LEAST_RECORDS = 3
"""Who rests on fewer records gets no rank, as some others do not: the page never says why."""


@dataclass(frozen=True, slots=True)
class GroupContent:
    """A group as it is kept: the members' node ids, in order, and everything else as JSON."""

    members: tuple[str, ...]
    content: dict[str, Any]


def build_group_content(
    graph: LayeredGraph, group: SubjectGroup, grounds: Grounds, withheld: frozenset[int]
) -> GroupContent:
    """The content of one group. `withheld`: numbers of subjects that must have no rank."""
    few = _find_few_records(graph, group, grounds)
    ties = select_group_ties(graph, group, grounds, withheld | few)
    ranges = compute_rank_ranges(ties)
    names = tuple(graph.subjects[number] for number in group.members)
    order = np.argsort(-graph.count[group.ties], kind="stable")[:MOST_TIES]
    content = {
        "members": [_describe_member(graph, grounds, number) for number in group.members],
        "ties": [_describe_tie(graph, ties, int(place), int(group.ties[place])) for place in sorted(order)],
        "layers": dict(zip(LAYERS, np.bincount(ties.layer, minlength=len(LAYERS)).tolist(), strict=True)),
        "days": _list_days(ties),
        "money": _sum_money(graph, group),
        "roles": _describe_roles(ties, ranges, graph.count[group.ties]),
        "persons": len(ties.persons),
        # Anyone who is here has no rank; which of the two reasons it is, nothing says.
        "unranked": _list_unranked(graph, group, withheld | few),
    }
    return GroupContent(names, content)


def _list_unranked(graph: LayeredGraph, group: SubjectGroup, unranked: frozenset[int]) -> list[int]:
    return [
        place for place, number in enumerate(group.members) if number in unranked and graph.is_person(number)
    ]


def _find_few_records(graph: LayeredGraph, group: SubjectGroup, grounds: Grounds) -> frozenset[int]:
    every = select_group_ties(graph, group, grounds)
    records = count_records(every, graph.count[group.ties])
    few = every.members[every.persons[records < LEAST_RECORDS]]
    return frozenset(few.tolist())


def _describe_member(graph: LayeredGraph, grounds: Grounds, number: int) -> dict[str, Any]:
    name = graph.subjects[number]
    member_grounds = grounds.by_subject.get(number, ())
    return {
        "node": name,
        "grounds": sorted({ground.code for ground in member_grounds}),
        "ground_records": [
            [ground.record.table, ground.record.source, ground.record.record_id]
            for ground in member_grounds[:MOST_RECORDS]
        ],
        "accounts": list(graph.accounts_of_holder.get(name, ())),
        "person": graph.is_person(number),
    }


def _describe_tie(graph: LayeredGraph, ties: GroupTies, place: int, tie: int) -> dict[str, Any]:
    records = graph.list_tie_records(tie, MOST_RECORDS)
    return {
        "start": int(ties.start[place]),
        "end": int(ties.end[place]),
        "layer": LAYERS[int(graph.layer[tie])],
        "relation": graph.relations[int(graph.relation[tie])],
        "first": int(graph.first[tie]),
        "last": int(graph.last[tie]),
        "amount": int(graph.amount[tie]),
        "count": int(graph.count[tie]),
        "records": [[record.table, record.source, record.record_id] for record in records],
    }


def _list_days(ties: GroupTies) -> list[list[Any]]:
    """[day, ties first seen on it], in order: when the group came together."""
    days = (np.asarray(ties.first) // 86_400_000_000).astype(np.int64)
    found, counts = np.unique(days, return_counts=True)
    return [
        [datetime.fromtimestamp(int(day) * 86_400, UTC).date().isoformat(), int(count)]
        for day, count in zip(found, counts, strict=True)
    ]


def _sum_money(graph: LayeredGraph, group: SubjectGroup) -> dict[str, int]:
    """Satang from outside into the group, out of it, and between members."""
    inside = np.zeros(len(graph), np.bool_)
    inside[list(group.members)] = True
    moved = np.isin(graph.layer, (MONEY, WALLETS))
    starts, ends = inside[graph.start], inside[graph.end]
    sums = {"in": moved & ~starts & ends, "out": moved & starts & ~ends, "within": moved & starts & ends}
    return {word: int(graph.amount[kept].sum()) for word, kept in sums.items()}


def _describe_roles(ties: GroupTies, ranges: RankRanges, counts: Any) -> dict[str, list[dict[str, Any]]]:
    facts, records = collect_facts(ties), count_records(ties, counts)
    return {
        role: [
            _describe_rank(role, ties, ranges, facts, person, int(records[person]))
            for person in sort_by_rank(ranges, role, MOST_ROWS)
        ]
        for role in ROLES
    }


def _describe_rank(
    role: Role, ties: GroupTies, ranges: RankRanges, facts: RoleFacts, person: int, records: int
) -> dict[str, Any]:
    lows, highs = ranges.lows[role], ranges.highs[role]
    return {
        "member": int(ties.persons[person]),
        "few_lost": [int(lows[0][person]), int(highs[0][person])],
        "many_lost": [int(lows[-1][person]), int(highs[-1][person])],
        "records": records,
        "speaks_for": [reason.as_json() for reason in list_reasons_for(role, facts, person)],
        "speaks_against": [
            reason.as_json() for reason in list_reasons_against(role, facts, ranges, person, records)
        ],
    }
