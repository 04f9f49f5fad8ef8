"""Answers about groups: the list, and one group with members, ties, days, money and ranks."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal, get_args

from warroom.marking import JsonOf, MarkOf
from warroom.networks.lasting import GROUP_EVENTS, GroupEvent
from warroom.networks.roles import Role
from warroom.reasons.reason import json_keys
from warroom.subjects.kinds import MARKS
from warroom.units import Satang

GroupState = Literal["standing", "merged", "gone"]
GROUP_STATES: tuple[GroupState, ...] = get_args(GroupState)
EVENTS: tuple[GroupEvent, ...] = GROUP_EVENTS
ROLE_REASONS = JsonOf(json_keys)


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A group in the list: members, those with a ground of their own, ties, money from outside, and what became of it last."""

    number: int
    since: datetime
    as_of: datetime
    state: GroupState
    event: GroupEvent
    joined: int
    lost: int
    members: int
    grounded: int
    ties: int
    money_in: Satang


@dataclass(frozen=True, slots=True)
class GroupList:
    """Some of the groups, those with the most members that have a ground first; how many there are; when they were last looked for."""

    rows: tuple[GroupLine, ...]
    total: int
    as_of: datetime | None


@dataclass(frozen=True, slots=True)
class GroupRecord:
    """A record by its identity in the lake."""

    table: str
    source: str
    record_id: str


@dataclass(frozen=True, slots=True)
class GroupMember:
    """A member by its place in the group: a kind and an id; the grounds it has, and accounts that it holds. `has_no_rank`: no rank is given,
    whatever the reason.
    """

    place: int
    kind: str
    name: Annotated[str, MarkOf("kind", MARKS)]
    grounds: tuple[str, ...]
    accounts: int
    has_no_rank: bool
    records: tuple[GroupRecord, ...]


@dataclass(frozen=True, slots=True)
class GroupTie:
    """A tie between two members by their places, with the records that it rests on; `count` says how many there are of them."""

    start: int
    end: int
    layer: str
    relation: str
    first: datetime
    last: datetime
    amount: Satang
    count: int
    records: tuple[GroupRecord, ...]


@dataclass(frozen=True, slots=True)
class RoleRank:
    """A member's rank in a role: the range of nine in ten draws where one tie in ten is missing, and where three in ten are."""

    member: int
    low_few: int
    high_few: int
    low: int
    high: int
    records: int
    speaks_for: Annotated[tuple[dict[str, Any], ...], ROLE_REASONS]
    speaks_against: Annotated[tuple[dict[str, Any], ...], ROLE_REASONS]


@dataclass(frozen=True, slots=True)
class RoleTable:
    """The first members of a role, by the middle of their ranges."""

    role: Role
    ranks: tuple[RoleRank, ...]


@dataclass(frozen=True, slots=True)
class GroupDayLine:
    """What became of the group at a moment; `others`: groups that it split from or took in."""

    as_of: datetime
    event: GroupEvent
    joined: int
    lost: int
    members: int
    others: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class GroupView:
    """One group. `roles` is empty for who may see no ranks (`may_rank`); `persons`: how many could have one; `days`: ties first seen by day."""

    line: GroupLine
    into: int | None
    members: tuple[GroupMember, ...]
    ties: tuple[GroupTie, ...]
    layers: dict[str, int]
    money_in: Satang
    money_out: Satang
    money_within: Satang
    days: tuple[tuple[str, int], ...]
    history: tuple[GroupDayLine, ...]
    persons: int
    may_rank: bool
    roles: tuple[RoleTable, ...]
