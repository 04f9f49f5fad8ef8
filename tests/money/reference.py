"""A slow tracer that says the rules as plainly as it can; nothing here is shared with the program.

It goes through every instant of the world, keeps a list of lots for each account traced money ever reached, and works
out any other balance from scratch.
"""

from dataclasses import dataclass, field

EXITS = {"cash", "crypto", "abroad"}


@dataclass(frozen=True)
class Row:
    """A transfer as received: number = file order; until = when a correction of it was received."""

    number: int
    t: int
    payer: int | None
    payee: int | None
    amount: int
    channel: str = "transfer"
    received: int = 0
    until: int | None = None
    copies: tuple[int, ...] = ()


@dataclass(frozen=True)
class Stated:
    account: int
    t: int
    amount: int
    received: int = 0


@dataclass
class Book:
    lots: list[list]  # [amount, traced?]
    tainted_in: int = 0
    passed_on: int = 0
    first: int | None = None
    hops: int = 10**9
    pure: float = 0.0
    weight: float = 0.0
    owed: int = 0

    @property
    def total(self):
        return sum(amount for amount, _ in self.lots)

    @property
    def traced(self):
        return sum(amount for amount, traced in self.lots if traced)


@dataclass
class Result:
    loss: int = 0
    exited: int = 0
    spent: int = 0
    beyond: int = 0
    books: dict[int, Book] = field(default_factory=dict)
    steps: list[tuple] = field(default_factory=list)

    @property
    def still_there(self):
        return sum(book.traced for book in self.books.values())


class Reference:
    def __init__(self, rows, seeds, method, as_of, horizon, hops, floor, shops=(), stated=()):
        self.all = {row.number: row for row in rows}
        self.rows = [row for row in rows if self.counts(row, as_of) and row.t <= as_of]
        self.rows = sorted((r for r in self.rows if r.payer != r.payee), key=lambda r: (r.t, r.number))
        self.seeds, self.method, self.as_of = set(seeds), method, as_of
        self.hops, self.floor, self.shops = hops, floor, set(shops)
        self.stated = [s for s in stated if s.received <= as_of]
        self.horizon = max(self.all[s].t for s in seeds) + horizon
        self.result = Result()

    def current(self, row, as_of):
        return row.received <= as_of and (row.until is None or row.until > as_of)

    def counts(self, row, as_of):
        return self.current(row, as_of) and not any(self.current(self.all[c], as_of) for c in row.copies)

    def balance_before(self, account, t):
        mine = [r for r in self.rows if account in (r.payer, r.payee)]
        mine.sort(key=lambda r: (r.t, r.payer == account, r.number))
        signed = [(r.t, -r.amount if r.payer == account else r.amount) for r in mine]
        known = [s for s in self.stated if s.account == account and s.t <= t]
        if known:
            last = max(enumerate(known), key=lambda pair: (pair[1].t, pair[0]))[1]
            between = sum(a for when, a in signed if last.t < when < t)
            undone = sum(a for when, a in signed if when == t == last.t)
            return max(0, last.amount + between - undone)
        total = lowest = 0
        for _, a in signed:
            total += a
            lowest = min(lowest, total)
        return -lowest + sum(a for when, a in signed if when < t)

    def book(self, account, t):
        if account not in self.result.books:
            before = self.balance_before(account, t)
            return Book([[before, False]] if before else [])
        return self.result.books[account]

    def end(self, row):
        if row.channel in EXITS:
            return "exited"
        if row.channel == "goods" or row.payee in self.shops:
            return "spent"
        return None if row.payee is not None else "beyond"

    def run(self):
        for t in sorted({row.t for row in self.rows}):
            self.instant(t, [row for row in self.rows if row.t == t])
        return self.result

    def instant(self, t, rows):
        """Every account after its payers; circles as written in the program's documentation."""
        self.draft = {}  # books of this instant, kept if traced money touched them
        self.sent = {}  # row number -> pieces on their way
        carrying = [r for r in rows if self.end(r) is None and t <= self.horizon]
        accounts = {a for r in rows for a in (r.payer, r.payee) if a is not None}
        waiting = {a: {r.payer for r in carrying if r.payee == a and r.payer is not None} for a in accounts}
        late = []
        for row in rows:
            if row.payer is None and row.number in self.seeds:
                self.leave(row, None, [], t)
        while waiting:
            free = [a for a, payers in waiting.items() if not payers & waiting.keys()]
            account = min(free) if free else self.break_circle(t, rows, carrying, waiting)
            pending = [
                r for r in carrying if r.payee == account and r.payer in waiting and r.payer != account
            ]
            del waiting[account]
            self.turn(account, t, rows, pending)
            late += pending
        for row in sorted(late, key=lambda r: r.number):
            self.arrive(row, self.draft[row.payee], t)
        for account, book in self.draft.items():
            book.owed = 0
            if book.tainted_in:
                self.result.books[account] = book

    def opened(self, account, t):
        if account not in self.draft:
            self.draft[account] = self.book(account, t)
        return self.draft[account]

    def break_circle(self, t, rows, carrying, waiting):
        def ahead(start):
            found, todo = {start}, [start]
            while todo:
                at = todo.pop()
                for r in carrying:
                    if r.payer == at and r.payee in waiting and r.payee not in found:
                        found.add(r.payee)
                        todo.append(r.payee)
            return found

        reach = {a: ahead(a) for a in waiting}
        first_fed = [a for a in waiting if all(b in reach[a] for b in waiting if a in reach[b])]
        start = min(first_fed)
        circle = [a for a in waiting if a in reach[start] and start in reach[a]]

        def rank(account):
            have = self.opened(account, t).total
            for r in rows:
                if r.payee == account and not (r in carrying and r.payer in waiting):
                    have += r.amount
                if r.payer == account:
                    have -= r.amount
            return (have < 0, min(r.number for r in rows if r.payer == account))

        return min(circle, key=rank)

    def turn(self, account, t, rows, pending):
        book = self.opened(account, t)
        for row in rows:
            if row.payee == account and row not in pending:
                self.arrive(row, book, t)
        for row in rows:
            if row.payer == account:
                self.leave(row, book, self.take(book, row.amount, bool(pending)), t)

    def arrive(self, row, book, t):
        pieces, hops, purity = self.sent.get(row.number, ([[row.amount, False]], 0, 0.0))
        traced = sum(a for a, mark in pieces if mark)
        if traced:
            book.tainted_in += traced
            book.first = t if book.first is None else book.first
            book.hops = min(book.hops, hops)
            book.pure += traced * traced / row.amount * purity
            book.weight += traced
        for amount, mark in pieces:
            if not mark:
                paid = min(book.owed, amount)
                book.owed -= paid
                amount -= paid
            if amount:
                book.lots.append([amount, mark])

    def take(self, book, amount, owes):
        short = max(0, amount - book.total)
        if owes:
            book.owed += short
        if self.method == "pro-rata":
            total, traced = book.total, book.traced
            part = traced if amount >= total else traced * amount // total
            rest = max(0, total - amount)
            book.lots = [[n, m] for n, m in ((traced - part, True), (rest - traced + part, False)) if n]
            return [[part, True], [amount - part, False]]
        pieces, left = [], amount
        while left and book.lots:
            at = 0 if self.method == "fifo" else -1
            part = min(left, book.lots[at][0])
            pieces.append([part, book.lots[at][1]])
            book.lots[at][0] -= part
            left -= part
            if not book.lots[at][0]:
                book.lots.pop(at)
        return [*pieces, [left, False]]

    def leave(self, row, book, pieces, t):
        taken = sum(a for a, mark in pieces if mark)
        hops, purity, traced = 1, 1.0, taken
        if book is not None:
            book.passed_on += taken
        if row.number in self.seeds:
            pieces, traced = [[row.amount, True]], row.amount
            self.result.loss += row.amount - taken
        elif taken:
            hops, purity = book.hops + 1, book.pure / book.weight
        if not traced:
            return
        end = self.end(row)
        if t > self.horizon or (end is None and hops > 1 and (hops > self.hops or traced < self.floor)):
            end = "beyond"
        if end:
            setattr(self.result, end, getattr(self.result, end) + traced)
        else:
            self.sent[row.number] = (pieces, hops, purity)
        self.result.steps.append((row.number, traced, hops, end))
