"""What was true beside money, as tables for the truth of a built country: whose each card, house, page, name, company is,
and who was held with which consent. Nothing but `evaluation` and tests reads what is written of it."""

import numpy as np
import pyarrow as pa

from warroom_lab.world.beside.planned import SidePlan
from warroom_lab.world.drawing.numbers import make_holder_tokens
from warroom_lab.world.drawing.rows import to_time_column
from warroom_lab.world.drawing.tokens import make_mobile_numbers, make_token, make_tokens
from warroom_lab.world.jobs.companies import make_registrations
from warroom_lab.world.sites.plan import PREMISES_SALT
from warroom_lab.world.sites.premises import NOBODY
from warroom_lab.world.telephony.sims import BOX
from warroom_lab.world.travel.legs import TRAVELLER_SALT
from warroom_lab.world.travel.recruits import CONSENT


def build_label_tables(sides: SidePlan) -> dict[str, pa.Table]:
    """Tables of gangs' things by name; what is not in them is honest."""
    return {
        "side_cards": _build_card_table(sides),
        "side_premises": _build_premises_table(sides),
        "side_pages": _build_page_table(sides),
        "side_domains": _build_domain_table(sides),
        "side_companies": _build_company_table(sides),
        "side_people": _build_people_table(sides),
    }


def _build_card_table(sides: SidePlan) -> pa.Table:
    sims = sides.phones.sims
    own = sims.select_rows(np.flatnonzero(sims.use == BOX))
    return pa.table(
        {
            "msisdn": make_mobile_numbers(own.number),
            "holder_token": make_holder_tokens(own.holder),
            "gang": own.gang,
            "since": to_time_column(own.since),
            "until": to_time_column(own.until),
        }
    )


def _build_premises_table(sides: SidePlan) -> pa.Table:
    """Sites with the gangs in them, and the empty houses that gangs would move to."""
    places = sides.places
    rows = np.concatenate([places.first, places.spare])
    site = np.concatenate([np.arange(len(places.first))] * 2)
    gangs = [
        [gang.number for gang in sides.gangs if gang.site == site_number] for site_number in site.tolist()
    ]
    return pa.table(
        {
            "premises_id": make_tokens("L", rows, PREMISES_SALT),
            "site": site,
            "spare": places.premises.site[rows] == NOBODY,
            "gangs": pa.array(gangs, pa.list_(pa.int32())),
        }
    )


def _build_page_table(sides: SidePlan) -> pa.Table:
    pages = [page for run in sides.pages.values() for page in run if page.opened < sides.end]
    return pa.table(
        {
            "page": [page.name for page in pages],
            "gang": [page.gang for page in pages],
            "opened": to_time_column(np.array([page.opened for page in pages])),
            "closed": to_time_column(np.array([page.closed for page in pages])),
        }
    )


def _build_domain_table(sides: SidePlan) -> pa.Table:
    own = [each for each in sides.domains if each.gang >= 0]
    return pa.table({"name": [each.name for each in own], "gang": [each.gang for each in own]})


def _build_company_table(sides: SidePlan) -> pa.Table:
    rows = np.flatnonzero(sides.companies.front >= 0)
    return pa.table(
        {
            "registration": make_registrations(sides.companies.holder[rows]),
            "gang": sides.companies.front[rows],
        }
    )


def _build_people_table(sides: SidePlan) -> pa.Table:
    """People on the way to sites or in them before the days end; a victim may have done harm too."""
    people = [person for person in sides.people.values() if person.from_ < sides.end]
    return pa.table(
        {
            "traveller_id": [make_token("TR", person.number, TRAVELLER_SALT) for person in people],
            "gang": [person.gang for person in people],
            "consent": [CONSENT[person.consent] for person in people],
            "harmed": [person.harmed for person in people],
            "came": to_time_column(np.array([person.from_ for person in people])),
            "held": to_time_column(np.array([person.held for person in people])),
            "advert_id": [person.advert.record_id if person.advert else None for person in people],
        }
    )
