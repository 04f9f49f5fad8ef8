"""What could at most have been bound of a play: the answer of `plan_bound` or `frontier`, which a play carries."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bound:
    """case -> satang that could have been bound; `saved`: of cases whose victim reported."""

    held: dict[int, int]
    saved: dict[int, int]
