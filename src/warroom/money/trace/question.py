"""What a trace asks."""

from collections.abc import Sequence
from dataclasses import dataclass

from warroom.money.trace.trail import Method


@dataclass(frozen=True)
class Question:
    """Follow what these ids name, with nothing after `as_of` (microseconds since 1970).

    `horizon`: microseconds after the latest reported transfer; `hops`: transfers in a row; `floor`: satang.
    """

    ids: Sequence[str]
    method: Method
    as_of: int
    horizon: int
    hops: int
    floor: int
