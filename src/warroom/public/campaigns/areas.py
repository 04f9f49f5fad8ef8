"""Cases by province: the province of the paying account's holder, from registers of holders.

A case whose payer is in no register counts in no province.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.cases.schema import Case, Claim
from warroom.cases.sealing import is_unsealed, over_many
from warroom.public.campaigns.holdout import Area
from warroom.public.campaigns.views import Metric
from warroom.public.scam_groups import GROUP_OF_KIND
from warroom.sites.gazetteer import Gazetteer, load_gazetteer
from warroom.sites.holders import Account, find_holder_provinces

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

USUAL_LOSS = 10_000_00
"""Satang that count as one unit where losses are measured: the loss of an ordinary case. It keeps the logarithm of a week
without losses finite. Chosen, not measured."""


def places_of(lake: "Lake") -> Gazetteer:
    """The provinces of the room's country; an exercise has invented ones."""
    return load_gazetteer(lake.home.exercise)


def list_areas(
    session: Session, lake: "Lake", threat: str, since: datetime, until: datetime
) -> tuple[Area, ...]:
    """Every province with its number of cases of a threat in a span and its number of known account holders."""
    counted, people = (
        count_by_province(session, lake, threat, since, until, "reports"),
        count_account_holders(lake),
    )
    return tuple(
        Area(spot.code, counted.get(spot.code, 0), people.get(spot.code, 0))
        for spot in sorted(places_of(lake).provinces, key=lambda spot: spot.code)
    )


def count_by_province(
    session: Session, lake: "Lake", threat: str, since: datetime, until: datetime, measure: Metric
) -> Counter[str]:
    """By province the cases of a threat opened in a span, or their losses in satang; sealed cases are excluded."""
    rows = session.execute(
        select(Case.id, Case.scam_type, Case.loss, Claim.payer_bank, Claim.payer)
        .join(Claim, Claim.case_id == Case.id)
        .where(Case.opened_at >= since, Case.opened_at < until, over_many(is_unsealed()))
        .order_by(Case.id, Claim.time, Claim.record_id)
    ).all()
    # Each case counts once, in the province of the first payer.
    first: dict[int, tuple[Account, int]] = {}
    for row in rows:
        if GROUP_OF_KIND.get(row.scam_type, "other") == threat:
            first.setdefault(row.id, ((row.payer_bank, row.payer), row.loss))
    where, places = find_holder_provinces(lake, (payer for payer, _ in first.values())), places_of(lake)
    counts_by_province: Counter[str] = Counter()
    for payer, loss in first.values():
        spot = places.find_place(where[payer]) if where.get(payer) else None
        if spot is not None:
            counts_by_province[spot.code] += loss if measure == "losses" else 1
    return counts_by_province


def count_account_holders(lake: "Lake") -> Mapping[str, int]:
    """By province the number of people in registers of holders."""
    rows = lake.query_rows("holders")
    people = rows.filter(rows.kind == "person")
    people_by_province: Counter[str] = Counter()
    for row in people.group_by("province").agg(people=people.count()).to_pyarrow().to_pylist():
        spot = places_of(lake).find_place(row["province"]) if row["province"] else None
        if spot is not None:
            people_by_province[spot.code] += row["people"]
    return people_by_province
