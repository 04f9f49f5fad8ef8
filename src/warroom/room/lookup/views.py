"""What a search finds, what is known about a subject, and what happened when: each with where it was read."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from warroom.cases.views import BoardRow, PurposeCode
from warroom.marking import AccountNumber, Open
from warroom.sentences.sentence import Sentence
from warroom.subjects.subject import Subject
from warroom.units import Satang

LINES_A_PAGE = 200
"""Lines of a time line shown at once."""


@dataclass(frozen=True, slots=True)
class KnowingCase:
    """A case of the caller's that knows it, and the purpose under which it was opened."""

    case: str
    purpose: PurposeCode
    until: datetime


@dataclass(frozen=True, slots=True)
class RecordOrigin:
    """Where a record comes from.

    Who sent it with which delivery, under which law, and when it was received.
    """

    table: str
    source: str
    record_id: str
    delivery: str
    file: str
    legal_basis: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class FactColumn:
    """One column of a record; masked where the caller's roles do not need it.

    As text; `moment` and `satang` where it is one, `subject` where it names one.
    """

    column: str
    text: str
    moment: datetime | None = None
    satang: Satang | None = None
    subject: Subject | None = None
    masked: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """What one record says, and where it comes from."""

    time: datetime
    said: tuple[FactColumn, ...]
    origin: RecordOrigin


@dataclass(frozen=True, slots=True)
class TextHit:
    """A record of one's own case whose words match, around the place.

    The column, and what stands before, at and after the place.
    """

    column: str
    before: str
    at: str
    after: str
    fact: Fact
    case: str


@dataclass(frozen=True, slots=True)
class SubjectHit:
    """A subject of one's own case with this number, in which columns it stands, and all own cases that name it.

    `is_near`: one digit differs from what was typed.
    """

    subject: Subject
    shown: str
    columns: tuple[str, ...]
    case: str
    cases: tuple[str, ...] = ()
    is_near: bool = False


@dataclass(frozen=True, slots=True)
class NumberHit:
    """Something of the room by its own number.

    `kind` is request, hold, action, order, asset or proceeding; a report or transfer of an own case; or a signal by
    its account's. `is_near`: one digit differs from what was typed.
    """

    kind: str
    number: str
    address: str
    is_near: bool = False


@dataclass(frozen=True, slots=True)
class NoteHit:
    """Words that officers wrote in one's own case, or that one wrote oneself (`mine`), in whichever case or in none.

    `kind` says where, `address` leads there.
    """

    kind: str
    before: str
    at: str
    after: str
    case: str
    time: datetime
    address: str
    mine: bool = False


@dataclass(frozen=True, slots=True)
class SearchScope:
    """What a search looked at.

    How many own cases, the money trails of how many of them, how many records that name telephones; whether it was for
    a number (`numbers` is run, end or nothing), and whether hits elsewhere were counted.
    """

    cases: int = 0
    trails: int = 0
    phone_records: int = 0
    numbers: str = ""
    outside: bool = False


@dataclass(frozen=True, slots=True)
class LookupResult:
    """What knows the words. `cases` are numbers alone; `elsewhere` names the kinds of record with a hit outside one's own
    cases, and nothing more; `behind` counts records that are not searched yet.

    Here `cases` are their rows on the board. `outside` counts the hits outside one's own cases, up to a few; `weary` says
    that it was not looked there, since so much was asked within the hour. `problem` says why nothing was looked for,
    `short` how many more signs are wanted, `newest` the newest case where the one asked for is not there, `scope` what was
    looked at.
    """

    cases: tuple[BoardRow, ...] = ()
    subjects: tuple[SubjectHit, ...] = ()
    numbers: tuple[NumberHit, ...] = ()
    texts: tuple[TextHit, ...] = ()
    notes: tuple[NoteHit, ...] = ()
    elsewhere: tuple[str, ...] = ()
    behind: int = 0
    more: bool = False
    outside: int = 0
    weary: bool = False
    problem: Sentence | None = None
    short: int = 0
    newest: str = ""
    scope: SearchScope | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there is no hit at all."""
        found = (self.cases, self.subjects, self.numbers, self.texts, self.notes, self.elsewhere)
        return not any(found)


@dataclass(frozen=True, slots=True)
class MoneyMove:
    """A transfer as the account sees it: above zero came, below went."""

    time: datetime
    amount: Satang
    peer: Subject | None
    peer_bank: str
    account: AccountNumber
    origin: RecordOrigin


@dataclass(frozen=True, slots=True)
class MoneyPeer:
    """Another account that this one dealt with: what came from it and went to it, in how many transfers, and the caller's own
    cases that name it.
    """

    peer: Subject | None
    bank: str
    account: AccountNumber
    came: Satang
    came_count: int
    went: Satang
    went_count: int
    cases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DrawnTransfer:
    """One transfer as a drawing needs it: above zero came, below went."""

    time: datetime
    amount: Satang
    source: str
    record_id: str


@dataclass(frozen=True, slots=True)
class MoneyView:
    """What moved on an account.

    The newest moves come first. `drawn` are the newest of them for a drawing, and `peers` whom those were with.
    """

    came: Satang
    came_count: int
    went: Satang
    went_count: int
    first: datetime
    last: datetime
    recent: tuple[MoneyMove, ...]
    drawn: tuple[DrawnTransfer, ...] = ()
    peers: tuple[MoneyPeer, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadingsView:
    """The meter readings of a supply in one unit.

    How many from when to when, the lowest, the highest and the newest.
    """

    unit: str
    count: int
    first: datetime
    last: datetime
    low: float
    high: float
    newest: float
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TimelineLine:
    """One line of a time line. `accounts` are pairs of bank and number.

    `kind` is a table of the lake or a kind of the ledger's row, `code` what happened, `accounts` the payer and
    payee or the one meant, `text` and `about` the words and what they are about, `source` and `record` where it is
    written down.
    """

    at: datetime
    kind: str
    code: str
    source: str
    record: str = ""
    accounts: Annotated[tuple[tuple[str, str], ...], Open("the look-up masks the numbers alone")] = ()
    about: str = ""
    text: str = ""
    amount: Satang | None = None
    case: str = ""
    address: str = ""
    currency: str = "THB"


@dataclass(frozen=True, slots=True)
class Timeline:
    """A page of lines, how many there are of each kind, and of the asked ones in all.

    `total` counts lines shown and not.
    """

    lines: tuple[TimelineLine, ...]
    kinds: tuple[tuple[str, int], ...]
    total: int


@dataclass(frozen=True, slots=True)
class SubjectPage:
    """What is known; `outside` counts other cases that know it. Without a case of one's own `why` is empty and `known` says hit or no hit.

    Then everything else is empty too.
    """

    subject: Subject
    shown: str
    known: bool
    why: tuple[KnowingCase, ...] = ()
    by: str = ""
    facts: tuple[Fact, ...] = ()
    more: bool = False
    money: MoneyView | None = None
    readings: tuple[ReadingsView, ...] = ()
    holders: Annotated[tuple[Subject, ...], Open("each bears the mark of its kind")] = ()
    ledger: tuple[TimelineLine, ...] = ()
    elsewhere: bool = False
    outside: int = 0

    @property
    def open(self) -> bool:
        """Whether the officer may see what is known."""
        return bool(self.why)
