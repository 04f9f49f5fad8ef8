"""The record of a case that leaves for a partner: things with a number, payments, holds and ties, in no standard yet.

Every writer renders this record, and every reader returns it. What a standard cannot hold is counted by its `list_not_held`.
Nothing about survivors is in it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

TlpLevel = Literal["clear", "green", "amber", "amber+strict", "red"]
TLP_LEVELS: tuple[TlpLevel, ...] = ("clear", "green", "amber", "amber+strict", "red")
"""From the widest audience to the narrowest (FIRST, Traffic Light Protocol 2.0)."""
ThingKind = Literal[
    "account",
    "phone",
    "card",
    "wallet",
    "domain",
    "page",
    "email",
    "person",
    "company",
    "device",
    "site",
    "lure",
]
THING_KINDS: tuple[ThingKind, ...] = (
    "account",
    "phone",
    "card",
    "wallet",
    "domain",
    "page",
    "email",
    "person",
    "company",
    "device",
    "site",
    "lure",
)


@dataclass(frozen=True, slots=True)
class ExchangedThing:
    """A thing with a number. `value`: the number, address or name that identifies it; of an account the number at `bank`.

    Telephone numbers are E.164 with a plus. `currency`: ISO 4217. `text`: what a lure says. `latitude` and `longitude`: degrees, WGS 84.
    """

    kind: ThingKind
    value: str
    bank: str = ""
    name: str = ""
    currency: str = ""
    text: str = ""
    country: str = ""
    latitude: float | None = None
    longitude: float | None = None
    first_seen: datetime | None = None
    last_seen: datetime | None = None
    marks: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """What payments, holds and ties name it by."""
        return build_key(self.kind, self.value, self.bank)


def build_key(kind: str, value: str, bank: str = "") -> str:
    """The key of a thing. Two banks may give the same number, so an account's key has its bank."""
    return f"{kind}:{bank}/{value}" if bank else f"{kind}:{value}"


@dataclass(frozen=True, slots=True)
class SharedPayment:
    """One payment between two things of the record, by their keys. `amount` and `traced`: satang, or 1/100 of `currency`."""

    id: str
    payer: str
    payee: str
    amount: int
    currency: str
    time: datetime
    channel: str = ""
    traced: int = 0


@dataclass(frozen=True, slots=True)
class SharedRestraint:
    """A hold of an amount on an account, by its key. `amount` was ordered, `held` is what the bank says it holds; both satang."""

    reference: str
    account: str
    amount: int
    held: int
    currency: str
    state: str
    legal_basis: str
    approved_at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class SharedTie:
    """A tie between two things, by their keys; `last` is None while it holds."""

    start: str
    end: str
    relation: str
    first: datetime | None = None
    last: datetime | None = None


@dataclass(frozen=True, slots=True)
class SharedRecord:
    """All that leaves of one case. `sender`: the name of the room that sends it; `masked`: how many things were left out, because the
    officer's roles do not need their numbers.
    """

    number: str
    made_at: datetime
    sender: str = "warroom"
    mark: TlpLevel = "amber"
    is_exercise: bool = False
    things: tuple[ExchangedThing, ...] = ()
    payments: tuple[SharedPayment, ...] = ()
    holds: tuple[SharedRestraint, ...] = ()
    ties: tuple[SharedTie, ...] = ()
    masked: int = 0


@dataclass(frozen=True, slots=True)
class ImportedRecord:
    """What a partner's file says. `others`: objects by type that no reader here understands; they are kept as they came.

    `notes`: what the reader has to say, a sentence each.
    """

    record: SharedRecord
    others: dict[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def format_utc(moment: datetime) -> str:
    """A moment as RFC 3339 in UTC with milliseconds, as STIX and MISP write it."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_utc(text: str) -> datetime:
    """A moment of RFC 3339; without a zone it is read as UTC."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def format_amount(satang: int) -> str:
    """Satang as a decimal string with two places."""
    return f"{satang // 100}.{satang % 100:02d}"


def parse_amount(text: str) -> int:
    """A decimal string as satang; raises ValueError where it has more than two places or is no number."""
    whole, _, cents = text.partition(".")
    if not (whole.isascii() and whole.isdigit() and len(cents) <= 2 and (not cents or cents.isdigit())):
        raise ValueError(f"{text!r} is no amount")
    return int(whole) * 100 + int(cents.ljust(2, "0"))


def count_kinds(kinds: Iterable[str]) -> dict[str, int]:
    """How many of each kind, by kind."""
    counts: dict[str, int] = {}
    for kind in kinds:
        counts[kind] = counts.get(kind, 0) + 1
    return dict(sorted(counts.items()))
