"""The program and a tracer written from its page alone agree to the satang, account by account."""

from random import Random, SystemRandom

import pytest

from tests.money.independent import DAY, Asked, Found, Ledger, Record, Return, Tracer, what_counts
from tests.money.lakes import at, put, transfer
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.money.index import opening
from warroom.money.index.opening import open_index
from warroom.money.trace.tracing import trace
from warroom.money.trail import Trail

LEDGERS = 1000
METHODS = ("fifo", "lifo", "pro-rata")


def _ledger(r: Random, n: int) -> Ledger:
    """A small crowded world: circles and equal instants, charges, copies, strangers who share an id, returns, currencies."""
    span, many = r.choice([3, 10, 60]), r.randint(2, 6)
    records: list[Record] = []
    for i in range(r.randint(2, 24)):
        t = r.randint(0, span)
        one = Record(
            "S1", f"L{n}-{i}", i, t, r.choice([t, t, t + r.randint(0, 30)]), f"{n + 1:06d}{r.randrange(many)}",
            f"{n + 1:06d}{r.randrange(many)}", r.randint(1, r.choice([10, 300, 10**9])), r.choices(["THB", "USD"], [9, 1])[0],
            r.choices(["transfer", "cash", "goods", "crypto", "abroad"], [14, 1, 1, 1, 1])[0],
        )  # fmt: skip
        way = r.random()
        if way < 0.3:
            one.uetr = f"U{n}-{i}"
        elif way < 0.4:
            one.reference = f"E{n}-{r.randrange(3)}"
        records.append(one)
    returns = [_return(r, one) for one in records if (one.uetr or one.reference) and r.random() < 0.3]
    unreturned = {one.uetr for one in returns if one.uetr}
    told = [_told(r, n, k, one, one.uetr in unreturned) for k, one in enumerate(records) if r.random() < 0.3]
    records += [one for one in told if one.uetr or one.reference]
    stated = {
        (f"{n + 1:06d}{r.randrange(many)}", r.randint(0, span)): (r.randint(0, 300), r.choice([0, 5]))
        for _ in range(r.choice([0, 0, 3]))
    }
    return Ledger(
        records,
        _apart(returns),
        [(*key, *value) for key, value in stated.items()],
        {f"{n + 1:06d}{many - 1}"} if r.random() < 0.2 else set(),
    )


def _told(r: Random, n: int, k: int, one: Record, whole: bool) -> Record:
    """Another source's record: of the same payment, with less or more in it, or of a stranger's under its reference."""
    copy = Record(**vars(one))
    copy.source, copy.name, copy.line, copy.received = "S2", f"X{n}-{k}", 10**6 + k, one.received + 1 + k % 3
    if copy.uetr and not whole:
        copy.amount = max(1, copy.amount + r.choice([0, -1, -3, 2]))
    strange = r.random()
    if strange < 0.2:
        copy.payer, copy.payee = f"{n + 1:06d}8", f"{n + 1:06d}9"
    elif strange < 0.4:
        copy.payee = f"{n + 1:06d}9"
    elif strange < 0.5:
        copy.t += 6 * DAY
        copy.received += 6 * DAY
    return copy


def _return(r: Random, one: Record) -> Return:
    t = one.t + r.randint(0, 5)
    # An end-to-end id says which payment only together with its amount.
    amount = r.choice([0, r.randint(1, one.amount)]) if one.uetr else one.amount
    kind = r.choice(["returned", "returned", "rejected"])
    received = max(t, one.received) + r.randint(0, 9)
    return Return(kind, t, received, one.uetr, amount, one.reference, one.currency)


def _apart(returns: list[Return]) -> list[Return]:
    """No two at one instant: the page gives their order by the files, which these have none of."""
    return list({one.t: one for one in returns}.values())


def _fill(lake: Lake, ledgers: list[Ledger]) -> None:
    for source in ("S1", "S2"):
        rows = [_row(one) for ledger in ledgers for one in ledger.records if one.source == source]
        put(lake, "transfers", rows, source)
    put(
        lake,
        "returns",
        [_sent(n, k, x) for n, each in enumerate(ledgers) for k, x in enumerate(each.returns)],
        "S3",
    )
    stated = [(n, *one) for n, ledger in enumerate(ledgers) for one in ledger.stated]
    rows = [
        {"record_id": f"B{k}", "bank": "B", "account": account, "time": at(t), "amount": f"{amount / 100:.2f}", "received_at": at(got)}
        for k, (_, account, t, amount, got) in enumerate(stated)
    ]  # fmt: skip
    put(lake, "balances", rows)
    shops = sorted(shop for ledger in ledgers for shop in ledger.shops)
    put(
        lake,
        "accounts",
        [{"record_id": shop, "bank": "B", "account": shop, "type": "shop"} for shop in shops],
    )


def _row(one: Record) -> dict:
    more = {"currency": one.currency, "uetr": one.uetr or None, "end_to_end_id": one.reference or None}
    row = transfer(
        one.name,
        one.t,
        f"B/{one.payer}",
        f"B/{one.payee}",
        1,
        one.channel,
        received_at=at(one.received),
        **more,
    )
    return row | {"amount": f"{one.amount // 100}.{one.amount % 100:02d}"}


def _sent(n: int, k: int, x: Return) -> dict:
    amount = f"{x.amount // 100}.{x.amount % 100:02d}" if x.amount else None
    return {
        "record_id": f"P{n}-{k}", "kind": x.kind, "time": at(x.t), "received_at": at(x.received), "uetr": x.uetr or None,
        "amount": amount, "end_to_end_id": x.reference or None, "currency": x.currency,
    }  # fmt: skip


def _asked(r: Random, ledger: Ledger) -> Asked | None:
    """A question about some transfers that count at a moment, all of one currency."""
    as_of = r.choice([40 * DAY, r.randint(0, 60)])
    counting = [one for one in what_counts(ledger, as_of) if one.name]
    named = r.sample(counting, min(len(counting), r.randint(1, 3)))
    named = [one for one in named if one.currency == named[0].currency]
    if not named:
        return None
    ids = [(one.source, one.name) for one in named]
    return Asked(
        ids,
        r.choice(METHODS),
        as_of,
        r.choice([20 * DAY, r.randint(0, 60)]),
        r.choice([10, 2]),
        r.choice([1, 5]),
    )


def _program(lake: Lake, index: object, asked: Asked) -> Trail:
    from datetime import timedelta

    ids = [f"{source}:{name}" for source, name in asked.reported]
    horizon = timedelta(minutes=asked.horizon)
    return trace(
        lake, index, ids, method=asked.method, as_of=at(asked.as_of), horizon=horizon, hops=asked.hops, floor=asked.floor
    )  # fmt: skip


def _sums(found: Found | Trail) -> tuple[int, ...]:
    return found.loss, found.exited, found.spent, found.beyond_horizon


def test_program_and_page_agree_to_the_satang_per_account(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Base and delta both: what the second bank sends comes to an index that exists.
    monkeypatch.setattr(opening, "SMALL", 0)
    monkeypatch.setattr(opening, "DELTA_SHARE", 100.0)
    seed = SystemRandom().randrange(10**9)
    print(f"seed {seed}")  # shown where the test fails, also by an exception
    r = Random(seed)
    ledgers = [_ledger(r, n) for n in range(LEDGERS)]
    lake = Lake.open(home)
    _fill(lake, ledgers)
    index = open_index(home, lake)
    asked = [(n, _asked(r, ledger)) for n, ledger in enumerate(ledgers)]
    for n, question in asked:
        if question is None:
            continue
        page, trail = Tracer(ledgers[n], question).run(), _program(lake, index, question)
        where = f"seed {seed}, ledger {n}: {question}"
        assert _sums(trail) == _sums(page), where
        theirs = {
            pot[0]: (b.came, b.left, b.traced, b.hops, at(b.first), round(float(b.sure / b.came), 9))
            for pot, b in page.books.items()
        }
        ours = {
            one.account.number: (one.tainted_in, one.passed_on, one.still_there, one.hops, one.first_arrival, round(one.confidence, 9))
            for one in trail.accounts
        }  # fmt: skip
        assert ours == theirs, where
        assert trail.loss == trail.still_there + trail.exited + trail.spent + trail.beyond_horizon, where
