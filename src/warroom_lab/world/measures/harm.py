"""What cuts cost: energy denied to sites and to everybody else, and hours that clinics were dark."""

from dataclasses import dataclass

import numpy as np

from warroom_lab.world.drawing.columns import HOUR
from warroom_lab.world.measures.cuts import Cuts
from warroom_lab.world.measures.power import list_outages
from warroom_lab.world.sites.loads import compute_load_profile
from warroom_lab.world.sites.premises import CLINIC, NOBODY


@dataclass(frozen=True, slots=True)
class Harm:
    """Energy in MWh that was not served, and hours of clinics without any power, up to a moment."""

    site_mwh: float
    civilian_mwh: float
    clinic_hours: float


def measure_harm(cuts: Cuts, seed: int, start: int, until: int, adapts: bool) -> Harm:
    """Summed over every building that a cut reached, hour by hour of its own load."""
    premises = cuts.places.premises
    site = civilian = clinic = 0.0
    for building in cuts.find_touched_buildings().tolist():
        for outage in list_outages(cuts, building, seed, adapts):
            # Dark before its own power starts and after it ends; in between nobody is harmed.
            for first, last in ((outage.start, outage.own_from), (outage.own_until, outage.grid_again)):
                dark = (max(first, start), min(last, until))
                mwh = _sum_energy(cuts, building, start, *dark)
                if premises.site[building] != NOBODY:
                    site += mwh
                    continue
                civilian += mwh
                if premises.kind[building] == CLINIC:
                    clinic += max(0, dark[1] - dark[0]) / HOUR
    return Harm(site, civilian, clinic)


def _sum_energy(cuts: Cuts, building: int, start: int, first: int, last: int) -> float:
    """MWh of a building's load between two moments."""
    if last <= first:
        return 0.0
    premises = cuts.places.premises
    hours = np.arange((first - start) // HOUR, -(-(last - start) // HOUR))
    begin = start + hours * HOUR
    part = (np.minimum(begin + HOUR, last) - np.maximum(begin, first)) / HOUR
    own = slice(building, building + 1)
    shape = compute_load_profile(premises.kind[own], premises.even[own], hours % 24)[0]
    return float(premises.load[building] * (part @ shape)) / 1000
