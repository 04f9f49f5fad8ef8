"""A probability at life's own density of crime."""

from warroom.signals.models import shipped
from warroom.signals.mules import rule

LEARNED_AT = 20.0
"""How much denser crime is in the countries from which the program's own model and rule have their probabilities."""


def in_life(probability: float, model_version: str) -> float:
    """The same finding's probability where crime is as dense as in life: each honest account met in learning stands for
    `LEARNED_AT` in life. What a home learned of its own records is of life already.
    """
    ours = shipped()
    if model_version != rule.VERSION and (ours is None or model_version != f"mules-{ours.version}"):
        return probability
    return probability / (probability + (1 - probability) * LEARNED_AT)
