"""What could have been bound of a play: the answer of `optimum`, which a play carries."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Optimum:
    """case -> satang that could have been bound; `saved`: of cases whose victim reported."""

    held: dict[int, int]
    saved: dict[int, int]
