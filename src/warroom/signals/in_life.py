"""A probability at life's own density of crime."""

from warroom.signals.mules import rule

MADE_AT = 20.0
"""How much denser crime is in the countries on which the rule of thumb has its probabilities."""


def in_life(probability: float, model_version: str) -> float:
    """The same finding's probability where crime is as dense as in life: each honest account of the rule's countries stands
    for `MADE_AT` in life. A model's are of life already.
    """
    if model_version != rule.VERSION:
        return probability
    return probability / (probability + (1 - probability) * MADE_AT)
