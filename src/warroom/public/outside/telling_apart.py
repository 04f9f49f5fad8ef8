"""How well scams and genuine items are told apart: hits and false alarms, and d-prime of them."""

from statistics import NormalDist


def d_prime(hits: int, scams: int, alarms: int, genuine: int) -> float:
    """How far apart scams and genuine items lie for a learner or a class, in standard deviations; 0 where chance would do as well.

    With half an item added to each count and one to each number (the log-linear correction of Hautus, 1995): who never misses
    has no infinite d-prime.
    """
    hit_z = NormalDist().inv_cdf((hits + 0.5) / (scams + 1))
    alarmed = NormalDist().inv_cdf((alarms + 0.5) / (genuine + 1))
    return hit_z - alarmed
