"""From a frozen trail to a network: its accounts, and the money between them as one tie for each pair and direction."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from warroom.networks.shapes import MONEY, Network, NetworkNode, NetworkTie, TieTransfer, split_id
from warroom.reasons.reason import HOME
from warroom.subjects.subject import make_account_subject as account_named

ENDS = {"spent": "shop", "exited": "exited"}
"""Marks of accounts at which the trail ends; what is not followed further gets none."""


def build_network_of_trail(trail: Mapping[str, Any]) -> Network:
    """The network of a trail as it was frozen: the fields of `warroom.money.trail.Trail` as JSON values, satang as int."""
    ties = _build_ties(trail["steps"])
    nodes = {node.id: node for node in _build_nodes(trail)}
    for tie in ties.values():
        for name in (tie.start, tie.end):
            # Accounts that only steps name: money went there and is followed no further.
            nodes.setdefault(name, NetworkNode(*split_id(name)))
    # Trails frozen before they said their currency are of baht.
    currency = trail.get("currency") or HOME
    return Network(datetime.fromisoformat(trail["as_of"]), nodes, ties, currency=currency)


def _build_nodes(trail: Mapping[str, Any]) -> list[NetworkNode]:
    nodes_by_key = {
        _account_key(victim): NetworkNode("account", _account_key(victim), hop=0, marks=frozenset({"victim"}))
        for victim in trail["victims"]
    }
    for end in trail["ends"]:
        key, mark = _account_key(end["account"]), ENDS.get(end["kind"])
        # A victim's account may be an end as well; marks are added to what is known of it.
        nodes_by_key[key] = nodes_by_key.get(key, NetworkNode("account", key)).with_marks(
            *([mark] if mark else [])
        )
    for account_row in trail["accounts"]:
        key = _account_key(account_row["account"])
        marks = nodes_by_key[key].marks if key in nodes_by_key else frozenset()
        also = {"victim"} if account_row["victim"] else set()
        # An account the trail goes on from is no end of it, whatever else ended there.
        hop = 0 if account_row["victim"] else account_row["hops"]
        nodes_by_key[key] = NetworkNode("account", key, "", hop, account_row["still_there"], marks | also)
    return list(nodes_by_key.values())


def _build_ties(steps: list[Mapping[str, Any]]) -> dict[str, NetworkTie]:
    moves: dict[tuple[str, str], list[TieTransfer]] = defaultdict(list)
    for step in steps:
        pair = (_account_node_id(step["payer"]), _account_node_id(step["payee"]))
        when = datetime.fromisoformat(step["time"])
        moves[pair].append(
            TieTransfer(when, step["amount"], step["traced"], step["source"], step["record_id"])
        )
    ties = [make_money_tie(start, end, moved) for (start, end), moved in moves.items() if start != end]
    return {tie.id: tie for tie in ties}


def make_money_tie(start: str, end: str, moves: list[TieTransfer]) -> NetworkTie:
    """One tie of all transfers from one account to another."""
    ordered = tuple(sorted(moves))
    return NetworkTie(start, end, MONEY, ordered[0].time, ordered[-1].time, ordered)


def _account_key(account: Mapping[str, str]) -> str:
    return split_id(_account_node_id(account))[1]


def _account_node_id(account: Mapping[str, str]) -> str:
    return account_named(account["bank"], account["number"]).node
