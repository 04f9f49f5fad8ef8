"""What a trace asks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from warroom.money.trail import Method


@dataclass(frozen=True)
class TraceQuestion:
    """Follow what these ids name, with nothing after `as_of` (microseconds since 1970).

    `horizon`: microseconds after the latest reported transfer; `hops`: transfers in a row; `floor`: satang.
    `known_at`: when ids were named.
    """

    ids: Sequence[str]
    method: Method
    as_of: int
    horizon: int
    hops: int
    floor: int
    known_at: Mapping[str, datetime] = field(default_factory=dict)
