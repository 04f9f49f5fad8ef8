"""What was true beside money, as tables for the truth of a built country: whose each card, house, page, name, company is,
and who was held with which consent. Nothing but `evaluation` and tests reads what is written of it."""

import numpy as np
import pyarrow as pa

from warroom_lab.world.beside.planned import Sides
from warroom_lab.world.drawing.numbers import holder_tokens
from warroom_lab.world.drawing.rows import times
from warroom_lab.world.drawing.tokens import mobiles, token, tokens
from warroom_lab.world.jobs.companies import registrations
from warroom_lab.world.sites.plan import PREMISES_SALT
from warroom_lab.world.sites.premises import NOBODY
from warroom_lab.world.telephony.sims import BOX
from warroom_lab.world.travel.legs import TRAVELLER_SALT
from warroom_lab.world.travel.recruits import CONSENT


def labels(sides: Sides) -> dict[str, pa.Table]:
    """Tables of gangs' things by name; what is not in them is honest."""
    return {
        "side_cards": _cards(sides),
        "side_premises": _premises(sides),
        "side_pages": _pages(sides),
        "side_domains": _domains(sides),
        "side_companies": _companies(sides),
        "side_people": _people(sides),
    }


def _cards(sides: Sides) -> pa.Table:
    sims = sides.phones.sims
    own = sims.take(np.flatnonzero(sims.use == BOX))
    return pa.table(
        {
            "msisdn": mobiles(own.number),
            "holder_token": holder_tokens(own.holder),
            "gang": own.gang,
            "since": times(own.since),
            "until": times(own.until),
        }
    )


def _premises(sides: Sides) -> pa.Table:
    """Sites with the gangs in them, and the empty houses that gangs would move to."""
    places = sides.places
    rows = np.concatenate([places.first, places.spare])
    site = np.concatenate([np.arange(len(places.first))] * 2)
    gangs = [[gang.number for gang in sides.gangs if gang.site == each] for each in site.tolist()]
    return pa.table(
        {
            "premises_id": tokens("L", rows, PREMISES_SALT),
            "site": site,
            "spare": places.premises.site[rows] == NOBODY,
            "gangs": pa.array(gangs, pa.list_(pa.int32())),
        }
    )


def _pages(sides: Sides) -> pa.Table:
    pages = [page for run in sides.pages.values() for page in run if page.opened < sides.end]
    return pa.table(
        {
            "page": [page.name for page in pages],
            "gang": [page.gang for page in pages],
            "opened": times(np.array([page.opened for page in pages])),
            "closed": times(np.array([page.closed for page in pages])),
        }
    )


def _domains(sides: Sides) -> pa.Table:
    own = [each for each in sides.domains if each.gang >= 0]
    return pa.table({"name": [each.name for each in own], "gang": [each.gang for each in own]})


def _companies(sides: Sides) -> pa.Table:
    rows = np.flatnonzero(sides.companies.front >= 0)
    return pa.table(
        {"registration": registrations(sides.companies.holder[rows]), "gang": sides.companies.front[rows]}
    )


def _people(sides: Sides) -> pa.Table:
    """People on the way to sites or in them before the days end; a victim may have done harm too."""
    people = [each for each in sides.people.values() if each.from_ < sides.end]
    return pa.table(
        {
            "traveller_id": [token("TR", each.number, TRAVELLER_SALT) for each in people],
            "gang": [each.gang for each in people],
            "consent": [CONSENT[each.consent] for each in people],
            "harmed": [each.harmed for each in people],
            "came": times(np.array([each.from_ for each in people])),
            "held": times(np.array([each.held for each in people])),
            "advert_id": [each.advert.record_id if each.advert else None for each in people],
        }
    )
