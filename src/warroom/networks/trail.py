"""From a frozen trail to a network: its accounts, and the money between them as one tie for each pair and direction."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from warroom.networks.shapes import MONEY, Move, Network, Node, Tie, split_id
from warroom.reasons.reason import HOME
from warroom.subjects.subject import account as account_named

ENDS = {"spent": "shop", "exited": "exited"}
"""Marks of accounts at which the trail ends; what is not followed further gets none."""


def of_trail(trail: Mapping[str, Any]) -> Network:
    """The network of a trail as it was frozen: the fields of `warroom.money.trail.Trail` as JSON values, satang as int."""
    ties = _ties(trail["steps"])
    nodes = {node.id: node for node in _nodes(trail)}
    for tie in ties.values():
        for name in (tie.start, tie.end):
            # Accounts that only steps name: money went there and is followed no further.
            nodes.setdefault(name, Node(*split_id(name)))
    # Trails frozen before they said their currency are of baht.
    currency = trail.get("currency") or HOME
    return Network(datetime.fromisoformat(trail["as_of"]), nodes, ties, currency=currency)


def _nodes(trail: Mapping[str, Any]) -> list[Node]:
    found = {
        _key(one): Node("account", _key(one), hop=0, marks=frozenset({"victim"})) for one in trail["victims"]
    }
    for end in trail["ends"]:
        key, mark = _key(end["account"]), ENDS.get(end["kind"])
        found[key] = found.get(key, Node("account", key)).marked(*([mark] if mark else []))
    for one in trail["accounts"]:
        key = _key(one["account"])
        marks = found[key].marks if key in found else frozenset()
        also = {"victim"} if one["victim"] else set()
        # An account the trail goes on from is no end of it, whatever else ended there.
        hop = 0 if one["victim"] else one["hops"]
        found[key] = Node("account", key, "", hop, one["still_there"], marks | also)
    return list(found.values())


def _ties(steps: list[Mapping[str, Any]]) -> dict[str, Tie]:
    moves: dict[tuple[str, str], list[Move]] = defaultdict(list)
    for step in steps:
        pair = (_id(step["payer"]), _id(step["payee"]))
        when = datetime.fromisoformat(step["time"])
        moves[pair].append(Move(when, step["amount"], step["traced"], step["source"], step["record_id"]))
    ties = [money_tie(start, end, found) for (start, end), found in moves.items() if start != end]
    return {tie.id: tie for tie in ties}


def money_tie(start: str, end: str, moves: list[Move]) -> Tie:
    """One tie of all transfers from one account to another."""
    ordered = tuple(sorted(moves))
    return Tie(start, end, MONEY, ordered[0].time, ordered[-1].time, ordered)


def _key(account: Mapping[str, str]) -> str:
    return split_id(_id(account))[1]


def _id(account: Mapping[str, str]) -> str:
    return account_named(account["bank"], account["number"]).node
