"""Which lanes a river has: victims, accounts and where the money ended; folded by hop where they are many."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Kind = Literal["victim", "still", "gone", "spent", "beyond"]
END_KINDS: dict[str, Kind] = {"exited": "gone", "spent": "spent", "beyond_horizon": "beyond"}
MOST_OWN_LANES = 9
MOST_SHOPS = 3

Key = tuple[str, str]


@dataclass(slots=True)
class Lane:
    """A line of the river. `moves` are (minute, satang in > 0 or out < 0), in order of time.

    `name` is an account number, a channel, or empty where `folded` accounts share the lane. `may_hold` in
    satang is what an officer may hold here; `stays` is what the trail says is still here, or ended here.
    """

    kind: Kind
    name: str
    bank: str
    hops: int
    first: float
    stays: int
    may_hold: int = 0
    folded: int = 1
    moves: list[tuple[float, int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Flow:
    """Traced money going from one lane to another at a minute."""

    minute: float
    source: int
    target: int
    satang: int
    kind: Kind


def minutes_between(start: str, moment: str) -> float:
    return (datetime.fromisoformat(moment) - datetime.fromisoformat(start)).total_seconds() / 60


def lanes_of(trail: dict[str, Any]) -> tuple[list[Lane], list[Flow]]:
    """The lanes of a frozen trail from top to bottom, and the flows between them."""
    places: dict[tuple[str, Key], Lane] = {}
    lanes = _victims(trail, places) + _accounts(trail, places) + _ends(trail, places)
    # By identity: lanes change while they are filled, and two of them may look alike.
    index = {id(lane): position for position, lane in enumerate(lanes)}
    flows = [flow for step in trail["steps"] if (flow := _flow(trail, step, places, index))]
    flows.sort(key=lambda flow: flow.minute)
    for flow in flows:
        lanes[flow.source].moves.append((flow.minute, -flow.satang))
        lanes[flow.target].moves.append((flow.minute, flow.satang))
    return lanes, flows


def _flow(
    trail: dict[str, Any], step: dict[str, Any], places: dict[tuple[str, Key], Lane], index: dict[int, int]
) -> Flow | None:
    """A step as a flow; None within one folded lane, or where the trail left an account out."""
    source = places.get(("account", _key(step["payer"])))
    target = places.get((step["end"] or "account", _key(step["payee"])))
    # A ribbon from a lane to itself says nothing to a reader.
    if source is None or target is None or source is target:
        return None
    minute = max(0.0, minutes_between(trail["started_at"], step["time"]))
    return Flow(minute, index[id(source)], index[id(target)], step["traced"], target.kind)


def _victims(trail: dict[str, Any], places: dict[tuple[str, Key], Lane]) -> list[Lane]:
    lanes = []
    # Two lanes at most: with many victims the first stands for itself and the second for all others.
    for account in trail["victims"][:2]:
        lane = Lane("victim", account["number"], account["bank"], 0, 0.0, 0)
        lanes.append(lane)
    for position, account in enumerate(trail["victims"]):
        places["account", _key(account)] = lanes[min(position, 1)]
        if position > 1:
            lanes[1].folded += 1
    return lanes


def _accounts(trail: dict[str, Any], places: dict[tuple[str, Key], Lane]) -> list[Lane]:
    holds = {_key(hold["account"]): hold["amount"] for hold in trail["holds"]}
    found = [one for one in trail["accounts"] if ("account", _key(one["account"])) not in places]
    # Where lanes are few, those where the most may be saved keep their own.
    by_worth = sorted(found, key=lambda one: (-one["still_there"], one["first_arrival"]))
    own = {_key(one["account"]) for one in by_worth[:MOST_OWN_LANES]}
    tiers: dict[int, Lane] = {}
    lanes = []
    for one in found:
        key = _key(one["account"])
        lane = _own_lane(trail, one) if key in own else tiers.get(one["hops"])
        if lane is None:
            lane = tiers[one["hops"]] = _own_lane(trail, one)
            lane.folded = 0
        if key not in own:
            _fold(lane, one, trail)
        lane.may_hold += holds.get(key, 0)
        places["account", key] = lane
        if lane not in lanes:
            lanes.append(lane)
    return sorted(lanes, key=lambda lane: (lane.first, lane.hops))


def _own_lane(trail: dict[str, Any], one: dict[str, Any]) -> Lane:
    first = max(0.0, minutes_between(trail["started_at"], one["first_arrival"]))
    stays = one["still_there"]
    return Lane("still", one["account"]["number"], one["account"]["bank"], one["hops"], first, stays)


def _fold(lane: Lane, one: dict[str, Any], trail: dict[str, Any]) -> None:
    lane.first = min(lane.first, max(0.0, minutes_between(trail["started_at"], one["first_arrival"])))
    lane.stays = lane.stays + one["still_there"] if lane.folded else one["still_there"]
    lane.folded += 1


def _ends(trail: dict[str, Any], places: dict[tuple[str, Key], Lane]) -> list[Lane]:
    """One lane a way out of the country's reach; an honest shop has its own while they are few."""
    groups: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    shops = {_key(end["account"]) for end in trail["ends"] if end["kind"] == "spent"}
    for end in trail["ends"]:
        alone = end["kind"] == "spent" and len(shops) <= MOST_SHOPS
        groups[end["kind"], "/".join(_key(end["account"])) if alone else end["channel"]].append(end)
    order = ["spent", "exited", "beyond_horizon"]
    return [
        _end_lane(trail, kind, group, places)
        for (kind, _), group in sorted(groups.items(), key=lambda item: order.index(item[0][0]))
    ]


def _end_lane(
    trail: dict[str, Any], kind: str, group: Iterable[dict[str, Any]], places: dict[tuple[str, Key], Lane]
) -> Lane:
    group = list(group)
    accounts = {_key(end["account"]) for end in group}
    first = min(max(0.0, minutes_between(trail["started_at"], end["first_arrival"])) for end in group)
    alone = kind == "spent" and len(accounts) == 1
    bank, number = next(iter(accounts))
    name = number if alone else group[0]["channel"]
    stays = sum(end["amount"] for end in group)
    lane = Lane(END_KINDS[kind], name, bank if alone else "", 0, first, stays, folded=len(accounts))
    places.update({(kind, key): lane for key in accounts})
    return lane


def _key(account: dict[str, Any]) -> Key:
    return account["bank"], account["number"]
