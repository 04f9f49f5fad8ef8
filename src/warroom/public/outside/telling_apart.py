"""Discrimination between scams and genuine items: d-prime from hits and false alarms."""

from statistics import NormalDist


def d_prime(hits: int, scams: int, alarms: int, genuine: int) -> float:
    """d-prime of a learner or a class, in standard deviations; 0 is chance level.

    With the log-linear correction of Hautus (1995): half an item is added to each count and one to each number, so that a
    perfect score gives a finite d-prime.
    """
    hit_z = NormalDist().inv_cdf((hits + 0.5) / (scams + 1))
    alarmed = NormalDist().inv_cdf((alarms + 0.5) / (genuine + 1))
    return hit_z - alarmed
