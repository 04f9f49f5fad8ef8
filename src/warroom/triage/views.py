"""Signals as an officer sees them: whom it is about, why, why not, and what officers said of it so far."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal, get_args

from warroom.marking import AccountNumber, JsonOf, Open
from warroom.money.trail import EndKind
from warroom.reasons.reason import json_keys
from warroom.signals.signal import Signal
from warroom.units import Satang

SignalWord = Literal["looked", "set-aside", "lead", "screening", "follow"]
WORDS: tuple[SignalWord, ...] = get_args(SignalWord)
"""`looked`: read and left open; `set-aside`: nothing follows, with the reason; `lead`, `screening`: a proposal of that
kind was begun from it; `follow`: its money was followed, with the reason.
"""


@dataclass(frozen=True, slots=True)
class SignalWordView:
    """An officer's word on a signal of this subject; `earlier` where it was another run's signal."""

    word: SignalWord
    reason: str
    officer: str
    at: datetime
    earlier: bool


@dataclass(frozen=True, slots=True)
class LastLook:
    """When signals were last looked for, and how many stood out then."""

    at: datetime
    found: int


@dataclass(frozen=True, slots=True)
class SignalView:
    """A signal and every word on its subject, the newest first."""

    signal: Signal
    said: tuple[SignalWordView, ...] = ()

    @property
    def waits(self) -> bool:
        """Whether nobody has said anything of it yet that ends the matter."""
        return all(one.word == "looked" for one in self.said)


@dataclass(frozen=True, slots=True)
class SignalList:
    """The signals of the last run that fit a filter, and how many of that run wait and how many there are."""

    rows: tuple[SignalView, ...]
    total: int
    waiting: int
    all: int
    as_of: datetime | None = None
    model_version: str = ""


@dataclass(frozen=True, slots=True)
class TrailPayer:
    """An account that paid into a followed one lately: how much, how often, and since when; `before` where it had paid it before
    that, as people do who know each other. Whether it was tricked nobody knows until it is asked.
    """

    bank: str
    account: AccountNumber
    amount: Satang
    payments: int
    first: datetime
    before: bool


@dataclass(frozen=True, slots=True)
class TrailAccount:
    """An account that the followed money reached; `hops` is 1 for the signal's own. `innocent` speaks for its holder."""

    bank: str
    account: AccountNumber
    came: Satang
    passed_on: Satang
    still_there: Satang
    first: datetime
    latest: datetime
    hops: int
    innocent: Annotated[tuple[dict[str, Any], ...], JsonOf(json_keys)]


@dataclass(frozen=True, slots=True)
class TrailEnd:
    """Where followed money was followed no further: a shop, an exchange, cash, abroad, or beyond the horizon."""

    bank: str
    account: AccountNumber
    kind: EndKind
    channel: str
    amount: Satang


@dataclass(frozen=True, slots=True)
class TrailStep:
    """A payment on the trail, and how much of it is the followed money."""

    source: str
    record_id: str
    time: datetime
    payer_bank: str
    payer: AccountNumber
    payee_bank: str
    payee: AccountNumber
    traced: Satang
    hops: int
    end: EndKind | None


@dataclass(frozen=True, slots=True)
class SignalTrail:
    """What came into a signal's account lately and where it went on, as of a moment: no report names any of it, so it holds nothing
    and proposes nothing. came = still_there + exited + spent + beyond_horizon, in satang.

    `since` is from when on payments into the account were followed. `cases` are those whose reports name a payment of it, or in
    which something may be held at the account, by number.
    """

    id: int
    signal: str
    bank: str
    account: AccountNumber
    as_of: datetime
    since: datetime
    came: Satang
    still_there: Satang
    exited: Satang
    spent: Satang
    beyond_horizon: Satang
    paid_in: tuple[TrailPayer, ...]
    reached: tuple[TrailAccount, ...]
    ends: tuple[TrailEnd, ...]
    steps: tuple[TrailStep, ...]
    reason: str
    officer: Annotated[str, Open("an officer, by name")]
    at: datetime
    sha256: str
    cases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SeenBefore:
    """A signal whose money was followed and meets a case's trail: in `payments` payments, or at the signal's own account (`itself`).

    `signalled` is of when the signal was, `at` when the officer had its money followed.
    """

    trail: int
    signal: str
    bank: str
    account: AccountNumber
    signalled: datetime
    at: datetime
    officer: Annotated[str, Open("an officer, by name")]
    payments: int
    itself: bool
