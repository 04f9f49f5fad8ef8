"""What speaks for a person's rank in a role, and what speaks against it: as many reasons and as plain on either side."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from warroom.networks.layers import COMPANIES, LAYERS, MONEY, WALLETS, Ints
from warroom.networks.rank_ranges import RankRanges
from warroom.networks.roles import CONTACT, GroupTies, Role, count_open_pairs, project_persons
from warroom.reasons.reason import Reason

FEW_RECORDS = 5
"""Ties that rest on fewer than this are a few coincidences away from none; chosen."""
COLLEAGUES = 0.3
"""The share of a group's ties that are of companies from which its members may be colleagues; chosen."""


@dataclass(frozen=True)
class RoleFacts:
    """What reasons count, for each person of `ties.persons`: contacts with a ground, those one step behind, pairs nobody else ties,
    ties of each layer, sums in and out (satang), and whether others paid a trip. `company_share`: ties of companies among all of the group.
    """

    grounded: Ints
    behind: Ints
    open_pairs: Ints
    by_layer: Ints
    paid_in: Ints
    paid_out: Ints
    led: Ints
    company_share: float


def collect_facts(ties: GroupTies) -> RoleFacts:
    """The facts of all persons of a group."""
    contacts = (project_persons(ties, CONTACT) > 0).astype(np.int64)
    everything = project_persons(ties, range(WALLETS + 1))
    has_ground = ties.grounded[ties.persons].astype(np.int64)
    second = ((contacts @ contacts) > 0).astype(np.int64) - contacts
    second.data = np.maximum(second.data, 0)
    by_layer = np.zeros((ties.size, len(LAYERS)), np.int64)
    for side in (ties.start, ties.end):
        np.add.at(by_layer, (side, ties.layer), 1)
    money = np.isin(ties.layer, (MONEY, WALLETS))
    paid_in, paid_out, led = (np.zeros(ties.size, np.int64) for _ in range(3))
    np.add.at(paid_in, ties.end[money], ties.amount[money])
    np.add.at(paid_out, ties.start[money], ties.amount[money])
    np.add.at(led, ties.start[ties.is_relation("paid_trip_of", "answered")], 1)
    return RoleFacts(
        np.asarray(contacts @ has_ground),
        np.asarray(second @ has_ground),
        count_open_pairs(everything).astype(np.int64),
        by_layer[ties.persons],
        paid_in[ties.persons],
        paid_out[ties.persons],
        led[ties.persons],
        float((ties.layer == COMPANIES).mean()) if len(ties.layer) else 0.0,
    )


def list_reasons_for(role: Role, facts: RoleFacts, person: int) -> list[Reason]:
    """What speaks for the rank of a person (a place in `ties.persons`)."""
    reasons = []
    if role in ("organiser", "handler", "recruiter") and facts.grounded[person]:
        reasons.append(Reason("role_contacts", {"count": int(facts.grounded[person])}))
    if role == "organiser" and facts.behind[person]:
        reasons.append(Reason("role_behind", {"count": int(facts.behind[person])}))
    if role in ("organiser", "broker") and facts.open_pairs[person]:
        reasons.append(Reason("role_open_pairs", {"count": int(facts.open_pairs[person])}))
    if role == "mule" and facts.paid_in[person]:
        share = min(100, 100 * facts.paid_out[person] / facts.paid_in[person])
        reasons.append(
            Reason("role_money_through", {"amount": facts.paid_in[person] / 100, "percent": float(share)})
        )
    if role in ("transporter", "recruiter") and facts.by_layer[person][[2, 4]].any():
        reasons.append(Reason("role_trips_adverts", {"count": int(facts.by_layer[person][[2, 4]].sum())}))
    if role == "coerced":
        reasons.append(Reason("role_led", {"count": int(facts.led[person])}))
    return reasons or [Reason("role_structure")]


def list_reasons_against(
    role: Role, facts: RoleFacts, ranges: RankRanges, person: int, records: int
) -> list[Reason]:
    """What speaks against it; always at least one."""
    low, high = int(ranges.lows[role][-1][person]), int(ranges.highs[role][-1][person])
    reasons = [Reason("role_wide", {"low": low, "high": high})] if high - low >= 1 else []
    if records < FEW_RECORDS:
        reasons.append(Reason("role_few_records", {"count": records}))
    if np.count_nonzero(facts.by_layer[person]) == 1:
        reasons.append(Reason("role_one_layer"))
    if facts.company_share >= COLLEAGUES:
        reasons.append(Reason("role_colleagues", {"percent": 100 * facts.company_share}))
    if role != "mule" and not facts.paid_in[person] and not facts.paid_out[person]:
        reasons.append(Reason("role_no_money"))
    if role != "coerced" and facts.led[person]:
        reasons.append(Reason("role_perhaps_led", {"count": int(facts.led[person])}))
    return [*reasons, Reason("role_innocent_ways")]


def count_records(ties: GroupTies, counts: Ints) -> Ints:
    """Records behind the ties of each person of `ties.persons`; `counts`: records per tie."""
    found = np.zeros(ties.size, np.int64)
    for side in (ties.start, ties.end):
        np.add.at(found, side, counts)
    return found[ties.persons]


def sort_by_rank(ranges: RankRanges, role: Role, most: int) -> Sequence[int]:
    """The first persons of a role to whom any record points, by the middle of their range."""
    middle = (ranges.lows[role][-1] + ranges.highs[role][-1]) / 2
    order = np.lexsort((ranges.ranks[role], middle))
    return [int(person) for person in order if ranges.pointed[role][person]][:most]
