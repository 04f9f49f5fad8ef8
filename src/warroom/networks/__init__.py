"""Who hangs together with whom: a case's accounts, the money between them, and what else ties them to each other.

A network is built from one frozen trail and the records that partners sent, as of one moment. Every tie says which
records show it, so that a chart can be shown to a court. Groups are those who deal with each other more than with
others; they are an aid to reading and no accusation.

It refuses: a tie without a record behind it, to look past its moment, to open an honest shop or a victim's account (whose
other dealings are nobody's business here), and to run through hubs, such as a cell or a feeder, that tie strangers.
"""

from warroom.networks.groups import groups_of
from warroom.networks.known import Neighbours, known_ties, neighbours, sources_of
from warroom.networks.narrow import between, largest
from warroom.networks.paths import Hop, by_hops, by_money
from warroom.networks.placing import Places, places_of
from warroom.networks.shapes import MONEY, Move, Network, Node, Source, Tie, account_id, node_id, split_id
from warroom.networks.trail import of_trail

__all__ = [
    "MONEY",
    "Hop",
    "Move",
    "Neighbours",
    "Network",
    "Node",
    "Places",
    "Source",
    "Tie",
    "account_id",
    "between",
    "by_hops",
    "by_money",
    "groups_of",
    "known_ties",
    "largest",
    "neighbours",
    "node_id",
    "of_trail",
    "places_of",
    "sources_of",
    "split_id",
]
