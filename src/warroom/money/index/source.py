"""Where what a trace reads comes from."""

from typing import Protocol

from warroom.money.index.account_index import Index
from warroom.money.question import TraceQuestion
from warroom.money.trail import BankAccount


class IndexSource(Protocol):
    """The index itself, or what makes one of the transfers that a question needs."""

    def get_index_for_question(self, question: TraceQuestion) -> Index:
        """An index that answers this question as the index of all transfers would; raises TraceError."""
        ...

    def get_index_for_account(self, account: BankAccount) -> Index:
        """An index that holds every transfer of an account."""
        ...
