"""Where those who lost money live: reported cases by the province of the account that paid, as a register of holders says it.

A case whose payer no register knows counts in no province.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.cases.schema import Case, Claim
from warroom.cases.sealing import over_many, unsealed
from warroom.public.campaigns.holdout import Area
from warroom.public.campaigns.views import Measure
from warroom.public.scam_groups import GROUP_OF_KIND
from warroom.sites.gazetteer import Gazetteer, gazetteer
from warroom.sites.holders import Account, provinces_of

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

USUAL_LOSS = 10_000_00
"""Satang that count as one where losses are measured: the loss of an ordinary case, so that a week without any is no infinity."""


def places_of(lake: "Lake") -> Gazetteer:
    """The provinces of the room's country; an exercise has its own."""
    return gazetteer(lake.home.exercise)


def areas(session: Session, lake: "Lake", threat: str, since: datetime, until: datetime) -> tuple[Area, ...]:
    """Every province with its cases of a threat in a span and its known account holders."""
    counted, people = counts(session, lake, threat, since, until, "reports"), people_of(lake)
    return tuple(
        Area(spot.code, counted.get(spot.code, 0), people.get(spot.code, 0))
        for spot in sorted(places_of(lake).provinces, key=lambda one: one.code)
    )


def counts(
    session: Session, lake: "Lake", threat: str, since: datetime, until: datetime, measure: Measure
) -> Counter[str]:
    """By province the cases of a threat that were opened in a span, or their losses in satang; sealed cases count for nobody."""
    rows = session.execute(
        select(Case.id, Case.scam_type, Case.loss, Claim.payer_bank, Claim.payer)
        .join(Claim, Claim.case_id == Case.id)
        .where(Case.opened_at >= since, Case.opened_at < until, over_many(unsealed()))
        .order_by(Case.id, Claim.time, Claim.record_id)
    ).all()
    # A case has one victim here: whoever paid first.
    first: dict[int, tuple[Account, int]] = {}
    for row in rows:
        if GROUP_OF_KIND.get(row.scam_type, "other") == threat:
            first.setdefault(row.id, ((row.payer_bank, row.payer), row.loss))
    where, places = provinces_of(lake, (payer for payer, _ in first.values())), places_of(lake)
    found: Counter[str] = Counter()
    for payer, loss in first.values():
        spot = places.find(where[payer]) if where.get(payer) else None
        if spot is not None:
            found[spot.code] += loss if measure == "losses" else 1
    return found


def people_of(lake: "Lake") -> Mapping[str, int]:
    """By province the people whom a register of holders names."""
    rows = lake.rows("holders")
    people = rows.filter(rows.kind == "person")
    found: Counter[str] = Counter()
    for row in people.group_by("province").agg(people=people.count()).to_pyarrow().to_pylist():
        spot = places_of(lake).find(row["province"]) if row["province"] else None
        if spot is not None:
            found[spot.code] += row["people"]
    return found
