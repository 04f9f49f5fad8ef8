"""Whom or what a record, a signal or an action is about, written in one way: `account:B02:1234567890`,
`phone:0812345678`.

Other forms exist in stored and public data: a chart's nodes separate an account's bank by a slash, the
address of a page calls premises a site, an officer may type either. This module translates between them.
"""

from dataclasses import dataclass
from typing import Annotated

from warroom.marking import MarkOf
from warroom.subjects import spelling
from warroom.subjects.kinds import MARKS, get_node_kinds

ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom or what records speak of: an account's id is bank, colon, number.

    The kind is one of `subjects.kinds`; a person's id is a token.
    """

    kind: str
    id: Annotated[str, MarkOf("kind", MARKS)]

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"

    @property
    def bank(self) -> str:
        """The bank of an account, empty of everything else."""
        return self.id.partition(":")[0] if self.kind == ACCOUNT else ""

    @property
    def number(self) -> str:
        """The number by which it is known: an account's at its bank, else the id."""
        return self.id.partition(":")[2] if self.kind == ACCOUNT else self.id

    @property
    def node(self) -> str:
        """The id of its node on a chart."""
        key = f"{self.bank}/{self.number}" if self.kind == ACCOUNT else self.id
        return f"{get_node_kinds(self.kind)[0]}:{key}"

    @property
    def spellings(self) -> tuple[str, ...]:
        """Its id as officers write it: an account also with a slash, or without its bank."""
        if self.kind != ACCOUNT:
            return (self.id,)
        # Actions keep what an officer typed, so a search for the subject has to know all ways of typing it.
        return self.id, f"{self.bank}/{self.number}", self.number


def make_account_subject(bank: str, number: str) -> Subject:
    """An account at a bank."""
    return Subject(ACCOUNT, f"{bank}:{number}")


def find_account_in(text: str) -> Subject | None:
    """The account that a text names by bank and number together, with a colon or a slash, in
    one spelling; None where it names none.
    """
    bank, parted, number = text.replace("/", ":").partition(":")
    return (
        make_account_subject(spelling.spell_bank(bank), spelling.spell_account_number(number))
        if parted
        else None
    )


def parse_subject(text: str) -> Subject:
    """The subject that `str(subject)` wrote."""
    kind, _, name = text.partition(":")
    return Subject(kind, name)
