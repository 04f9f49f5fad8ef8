"""How much of what victims reported practice held in time: a quantity with a published band."""

from warroom.evaluation.background import settle_country
from warroom.evaluation.missing import Missing
from warroom.evaluation.play import play
from warroom.evaluation.scores import score
from warroom.world.run import Country


def frozen_share(country: Country) -> float:
    """Stolen money that practice-2025 blocked over reported losses, in [0, 1] (published: 0.11 to 0.22)."""
    found = score(play(settle_country(country), "practice-2025"))["money_held_share"]
    return 0.0 if isinstance(found, Missing) else found
