"""What a trace asks, and where what it reads comes from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from warroom.money.trail import Account, Method

if TYPE_CHECKING:
    from warroom.money.index import Index


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


class Source(Protocol):
    """The index itself, or what makes one of the transfers that a question needs."""

    def along(self, question: Question) -> "Index":
        """An index that answers this question as the index of all transfers would; raises TraceError."""
        ...

    def around(self, account: Account) -> "Index":
        """An index that holds every transfer of an account."""
        ...
