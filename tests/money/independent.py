"""A tracer written from docs/reference/money-exactly.md alone: plain Python, whole satang and fractions, no code of the program.

It keeps the lots of every pot that traced money has reached and works everything else out from the list of transfers.
"""

from dataclasses import dataclass, field
from fractions import Fraction

EXITS = ("cash", "crypto", "abroad")
DAY = 1440
Pot = tuple[str, str]
"""An account and a currency."""


@dataclass
class Record:
    """A transfer as a source told it; `line` is its place in the order of the files; times in minutes."""

    source: str
    name: str
    line: int
    t: int
    received: int
    payer: str
    payee: str
    amount: int
    currency: str = "THB"
    channel: str = "transfer"
    uetr: str = ""
    reference: str = ""
    charge: int = 0

    @property
    def sides(self) -> tuple[Pot, Pot]:
        return (self.payer, self.currency), (self.payee, self.currency)


@dataclass
class Return:
    """What became of the payment of a uetr, or else of an end-to-end id and amount."""

    kind: str
    t: int
    received: int
    uetr: str
    amount: int
    reference: str = ""
    currency: str = ""


@dataclass
class Ledger:
    records: list[Record]
    returns: list[Return] = field(default_factory=list)
    stated: list[tuple[str, int, int, int]] = field(default_factory=list)
    """Account, time, amount and receipt of a stated balance in baht."""
    shops: set[str] = field(default_factory=set)


@dataclass
class Asked:
    reported: list[tuple[str, str]]
    method: str
    as_of: int
    horizon: int
    hops: int
    floor: int


@dataclass
class Book:
    """The lots of a pot, the one that leaves first in front under fifo and last under lifo: [satang, whether traced]."""

    lots: list[list]
    came: int = 0
    left: int = 0
    debt: int = 0
    hops: int = 10**6
    first: int = 10**9
    sure: Fraction = Fraction(0)

    @property
    def holds(self) -> int:
        return sum(lot[0] for lot in self.lots)

    @property
    def traced(self) -> int:
        return sum(lot[0] for lot in self.lots if lot[1])


@dataclass
class Found:
    loss: int = 0
    exited: int = 0
    spent: int = 0
    beyond_horizon: int = 0
    books: dict[Pot, Book] = field(default_factory=dict)


def _same_party(one: Record, other: Record) -> int:
    return sum(mine == theirs for mine, theirs in zip(one.sides, other.sides, strict=True))


def payments(records: list[Record]) -> list[list[Record]]:
    """Each transfer with all records of it, decided in the order of receipt."""
    groups: list[list[Record]] = []
    for record in sorted(records, key=lambda r: (r.received, r.line)):
        home = _by_uetr(record, groups) if record.uetr else _by_reference(record, groups)
        home.append(record)
        if len(home) == 1:
            groups.append(home)
    return groups


def _by_uetr(record: Record, groups: list[list[Record]]) -> list[Record]:
    alike = [
        (other.received, other.line, n)
        for n, group in enumerate(groups)
        for other in group
        if other.uetr == record.uetr and _same_party(record, other) and abs(other.t - record.t) <= 5 * DAY
    ]
    return groups[min(alike)[2]] if alike else []


def _by_reference(record: Record, groups: list[list[Record]]) -> list[Record]:
    if not record.reference:
        return []
    alike = [
        (-_same_party(record, other), abs(other.t - record.t), n)
        for n, group in enumerate(groups)
        for other in group
        if (other.reference, other.amount) == (record.reference, record.amount)
        and _same_party(record, other)
        and all(one.source != record.source for one in group)
    ]
    return groups[min(alike)[2]] if alike else []


def _means(one: Return, group: list[Record], groups: list[list[Record]]) -> bool:
    """Whether a return means this payment: the only one that it names which is not later than the return."""

    def names(r: Record) -> bool:
        told = (r.reference, r.amount, r.currency) == (one.reference, one.amount, one.currency)
        return r.t <= one.t and (r.uetr == one.uetr if one.uetr else told)

    named = [each for each in groups if any(map(names, each))]
    return len(named) == 1 and named[0] is group


def what_counts(ledger: Ledger, as_of: int) -> list[Record]:
    """The transfers seen at a moment in order of time and files, with their charges and with what went back."""
    seen, groups = [], payments(ledger.records)
    for group in groups:
        known = [r for r in group if r.received <= as_of]
        told = [x for x in ledger.returns if _means(x, group, groups)]
        if not known or any(x.kind == "rejected" and x.received <= as_of for x in told):
            continue
        one = min(known, key=lambda r: (r.amount, r.received, r.line))
        one = Record(**{**vars(one), "charge": max(r.amount for r in known) - one.amount})
        seen.append(one)
        left = one.amount
        for x in sorted(told, key=lambda x: x.received):
            back = min(x.amount or left, left)
            if x.received <= as_of and back > 0:
                left -= back
                seen.append(
                    Record("", "", 10**9, x.t, x.received, one.payee, one.payer, back, one.currency, "return")
                )
    seen = [r for r in seen if r.t <= as_of and r.payer != r.payee]
    return sorted(seen, key=lambda r: (r.t, r.line))


class Tracer:
    """One trace."""

    def __init__(self, ledger: Ledger, asked: Asked) -> None:
        self.ledger, self.asked = ledger, asked
        self.moves = what_counts(ledger, asked.as_of)
        self.seeds = {
            id(move)
            for group in payments(ledger.records)
            if any((r.source, r.name) in asked.reported for r in group)
            for move in self.moves
            if any((r.source, r.name) == (move.source, move.name) for r in group)
        }
        self.last = max(m.t for m in self.moves if id(m) in self.seeds) + asked.horizon
        self.found = Found()

    def run(self) -> Found:
        for t in sorted({move.t for move in self.moves}):
            self.instant(t, [move for move in self.moves if move.t == t])
        self.found.books = {pot: book for pot, book in self.found.books.items() if book.came}
        return self.found

    def end(self, move: Record) -> str:
        if move.t > self.last:
            return "beyond_horizon"
        if move.channel in EXITS:
            return "exited"
        if move.channel == "goods" or (move.payee in self.ledger.shops and move.currency == "THB"):
            return "spent"
        return ""

    def balance(self, pot: Pot, t: int) -> int:
        """What lies in a pot just before t."""
        mine = sorted(
            (m.t, m.sides[0] == pot, m.line, m.amount if m.sides[1] == pot else -m.amount - m.charge)
            for m in self.moves
            if pot in m.sides
        )
        known = [
            (when, amount)
            for account, when, amount, received in self.ledger.stated
            if (account, "THB") == pot and received <= self.asked.as_of and when <= t
        ]
        if known:
            since, amount = max(known)
            between = sum(a for when, _, _, a in mine if since < when < t)
            undone = sum(a for when, _, _, a in mine if since == when == t)
            return max(0, amount + between - undone)
        running = lowest = 0
        for _, _, _, amount in mine:
            running += amount
            lowest = min(lowest, running)
        return -lowest + sum(a for when, _, _, a in mine if when < t)

    def instant(self, t: int, moves: list[Record]) -> None:
        self.carried: dict[int, tuple[list[list], int, Fraction]] = {}
        self.done: set[Pot] = set()
        self.first: set[Pot] = set()
        self.open: dict[Pot, Book] = {}
        followed = [m for m in moves if not self.end(m)]
        pots = {pot for m in moves for pot in m.sides}
        late: list[Record] = []
        while pots - self.done:
            waits = {
                pot: {m.sides[0] for m in followed if m.sides[1] == pot} - self.done
                for pot in pots - self.done
            }
            ready = sorted(pot for pot, payers in waits.items() if not payers)
            if ready:
                pot = ready[0]
            else:
                pot = self.first_of(t, waits, moves, followed)
                self.first.add(pot)
                late += [m for m in followed if m.sides[1] == pot and m.sides[0] in waits[pot]]
            self.serve(t, pot, moves, [m for m in late if m.sides[1] == pot])
            self.done.add(pot)
        for m in sorted(late, key=lambda m: m.line):
            self.arrive(m, t)
        for pot, book in self.open.items():
            book.debt = 0
            if book.came:
                self.found.books[pot] = book

    def first_of(
        self, t: int, waits: dict[Pot, set[Pot]], moves: list[Record], followed: list[Record]
    ) -> Pot:
        def before(pot: Pot) -> set[Pot]:
            reached, ask = {pot}, [pot]
            while ask:
                for payer in waits[ask.pop()] - reached:
                    reached.add(payer)
                    ask.append(payer)
            return reached

        behind = {pot: before(pot) for pot in waits}
        # A circle that nobody outside pays: everyone from whom money can come to it is reached from it too.
        circle = next(
            reach for pot, reach in sorted(behind.items()) if all(pot in behind[one] for one in reach)
        )

        def rank(pot: Pot) -> tuple[bool, int]:
            known = self.open.get(pot) or self.found.books.get(pot)
            have = known.holds if known else self.balance(pot, t)
            for m in moves:
                if m.sides[1] == pot and not (m in followed and m.sides[0] in waits[pot]):
                    have += m.amount
                if m.sides[0] == pot:
                    have -= m.amount + m.charge
            return have < 0, min(m.line for m in moves if m.sides[0] == pot)

        return min(circle, key=rank)

    def book(self, pot: Pot, t: int) -> Book:
        if pot not in self.open:
            before = self.found.books.get(pot)
            self.open[pot] = before or Book([[self.balance(pot, t), False]])
        return self.open[pot]

    def serve(self, t: int, pot: Pot, moves: list[Record], late: list[Record]) -> None:
        """What one pot receives and then pays at an instant."""
        arrivals = [m for m in moves if m.sides[1] == pot and m not in late]
        touched = pot in self.found.books or pot in self.first
        if touched or any(mark for m in arrivals for _, mark in self.carried.get(id(m), ((), 0, 0))[0]):
            self.book(pot, t)
            for m in arrivals:
                self.arrive(m, t)
        for m in moves:
            if m.sides[0] == pot:
                self.pay(m, self.open.get(pot))

    def arrive(self, move: Record, t: int) -> None:
        book = self.book(move.sides[1], t)
        pieces, hops, sure = self.carried.get(id(move), ([[move.amount, False]], 0, Fraction(0)))
        traced = sum(amount for amount, mark in pieces if mark)
        if traced:
            book.came += traced
            book.hops, book.first = min(book.hops, hops), min(book.first, t)
            book.sure += traced * Fraction(traced, move.amount) * sure
        for amount, mark in pieces:
            paid = 0 if mark else min(amount, book.debt)
            book.debt -= paid
            book.lots.append([amount - paid, mark])

    def take(self, book: Book, amount: int, owes: bool) -> list[list]:
        """The pieces of a payment by the method; what the records do not show is clean."""
        holds, traced = book.holds, book.traced
        if owes and amount > holds:
            book.debt += amount - holds
        if self.asked.method == "pro-rata":
            part = traced if amount >= holds else int(Fraction(traced * amount, holds))
            book.lots = [[traced - part, True], [max(0, holds - amount) - (traced - part), False]]
            return [[part, True], [amount - part, False]]
        pieces = []
        book.lots = [lot for lot in book.lots if lot[0]]
        while amount and book.lots:
            lot = book.lots[0 if self.asked.method == "fifo" else -1]
            part = min(amount, lot[0])
            pieces.append([part, lot[1]])
            lot[0] -= part
            amount -= part
            book.lots = [lot for lot in book.lots if lot[0]]
        return [*pieces, [amount, False]]

    def pay(self, move: Record, book: Book | None) -> None:
        reported, owes = id(move) in self.seeds, move.sides[0] in self.first
        end = self.end(move)
        for amount, way in ((move.amount, end), (move.charge, end if end == "beyond_horizon" else "spent")):
            if way == "spent" and not amount:
                continue
            pieces = self.take(book, amount, owes) if book else [[amount, False]]
            taken = sum(part for part, mark in pieces if mark)
            hops, sure = (book.hops + 1, book.sure / book.came) if book and book.came else (1, Fraction(1))
            if book:
                book.left += taken
            if reported:
                self.found.loss += amount - taken
                pieces, taken, hops, sure = [[amount, True]], amount, 1, Fraction(1)
            if not way and not reported and (hops > self.asked.hops or taken < self.asked.floor):
                way = "beyond_horizon"
            if way:
                setattr(self.found, way, getattr(self.found, way) + taken)
            elif taken:
                self.carried[id(move)] = (pieces, hops, sure)
