"""Where what a trace reads comes from."""

from typing import Protocol

from warroom.money.index.account_index import Index
from warroom.money.question import Question
from warroom.money.trail import Account


class Source(Protocol):
    """The index itself, or what makes one of the transfers that a question needs."""

    def along(self, question: Question) -> Index:
        """An index that answers this question as the index of all transfers would; raises TraceError."""
        ...

    def around(self, account: Account) -> Index:
        """An index that holds every transfer of an account."""
        ...
