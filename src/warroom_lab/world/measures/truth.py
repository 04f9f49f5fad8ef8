"""What measures beside money did, for evaluation and tests alone."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SideTruth:
    """Counts up to a run's `now`. Energy in MWh; `clinic_hours` of clinics without any power.

    `people_helped`: victims turned back, met and referred, or freed; `spared`: recruits whose lure never appeared;
    `held`: people in gangs' hands now; `honest_stopped`: honest pages, names and cards that orders hit;
    `troubled`: honest travellers who were stopped for a screening.
    """

    site_mwh_denied: float = 0.0
    civilian_mwh_denied: float = 0.0
    clinic_hours: float = 0.0
    held: int = 0
    people_helped: int = 0
    spared: int = 0
    rightly_charged: int = 0
    wrongly_charged: int = 0
    freed: int = 0
    honest_stopped: int = 0
    troubled: int = 0
    false_alarms: float = 0.0
    moved: tuple[int, ...] = ()
