"""Courts: how long each step takes after an arrest, and what becomes of a victim who was charged."""

from dataclasses import dataclass

from warroom_lab.world.drawing.columns import DAY
from warroom_lab.world.drawing.streams import make_generator

STEPS = (("charged", 2), ("committee", 71), ("prosecutor", 77), ("interim order", 87))
"""Days after an arrest or freeze: 87 from freeze to the civil court's interim order (P: domain 1.3)."""

TRIAL = (240, 400)
"""Days to a first judgment (A)."""


@dataclass(frozen=True, slots=True)
class CourtStep:
    """One step: what and when."""

    name: str
    time: int


def list_court_steps(seed: int, person: int, arrested: int) -> list[CourtStep]:
    """The dated steps of one case, each up to a fifth later than usual."""
    rng = make_generator(seed, "court", person)
    late = rng.uniform(1.0, 1.2, len(STEPS))
    made = [
        CourtStep(name, arrested + int(days * DAY * more))
        for (name, days), more in zip(STEPS, late, strict=True)
    ]
    return [*made, CourtStep("judgment", arrested + int(rng.uniform(*TRIAL) * DAY))]
