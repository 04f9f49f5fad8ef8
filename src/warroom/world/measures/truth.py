"""What measures beside money did, for evaluation and tests alone."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SideTruth:
    """Counts up to a run's `now`. Energy in MWh; `clinic_hours` of clinics without any power.

    `people_helped`: victims turned back, met and referred, or freed; `spared`: recruits whose lure never appeared;
    `held`: people in gangs' hands now; `honest_stopped`: honest pages, names and cards that orders hit;
    `troubled`: honest travellers who were stopped for a screening.
    """

    site_mwh_denied: float
    civilian_mwh_denied: float
    clinic_hours: float
    held: int
    people_helped: int
    spared: int
    rightly_charged: int
    wrongly_charged: int
    freed: int
    honest_stopped: int
    troubled: int
    false_alarms: float
    moved: tuple[int, ...]
