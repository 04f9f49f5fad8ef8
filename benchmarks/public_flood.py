"""A flood of public reports, a part of them malicious: `python -m benchmarks.public_flood [--reports N] [--seed S]`.

Reports are sealed and submitted by the public login as the pages do it, then taken in as the room does it. Asked afterwards:
is any lost, do the true ones stand first (the area under the curve of their rank, and of their place in the officers' list, which
urgency orders before rank), and how long does taking in take. Who is malicious is known to this file alone: the room sees what anybody sends.

Liars send as liars do: one text in many wordings from a few networks; payments that never were, from many; true accounts of
shops with sums that nobody paid; words without sense; and some tell a payment that really was, which nothing can tell from
the truth. True reports err too: in sums, without an account, from networks that thousands share.
"""

import argparse
import hashlib
import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sqlalchemy import func, select

from benchmarks.harness import at_least, at_most, measure_time, open_scratch_home, start_run
from warroom import clock
from warroom.lake.lake import Lake
from warroom.ledger.ledger import Ledger
from warroom.public import queries, taking_in
from warroom.public.keys import card_of
from warroom.public.outside.card import Card
from warroom.public.outside.door import PublicDoor
from warroom.public.outside.sealing import seal, to_canonical_json
from warroom.public.schema import PublicReport

MALICIOUS = 0.05
BAR_AUC, BAR_ACCEPTED, BAR_TAKEN = 0.95, 300.0, 100_000 / 3_600
PLACES = (
    "Mae Sot",
    "Tachileik",
    "Poipet",
    "Aranyaprathet",
    "Chiang Khong",
    "Ranong",
    "Betong",
    "Hat Yai",
    "Nong Khai",
    "Surin",
)
SEEN = ("men with keys at the gate", "a van with dark windows each night", "people who may not go out", "shouting in Chinese",
        "a shop that buys bank accounts", "boys who collect SIM cards", "a page that sells uniforms", "calls from sham police",
        "new aerials on the roof", "a generator that runs all night", "money carried in bags", "a girl who asked for help")  # fmt: skip
BY = (
    "my neighbour saw",
    "I saw myself",
    "my cousin told me of",
    "the driver spoke of",
    "at the market they speak of",
    "we hear",
)
WHENS = (
    "since last week",
    "yesterday evening",
    "every night after ten",
    "since the rains ended",
    "this morning",
    "for a month now",
)
MORE = ("They pay 500 baht a day.", "Nobody in the village dares to ask.", "The owner is not from here.", "A red pickup stands there.",
        "I have a picture.", "The police have not come.", "There are perhaps forty of them.", "I can show the way.")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sent:
    """One report of the flood; `malicious` is for the measure alone."""

    kind: str
    said: dict[str, str]
    sender: bytes
    malicious: bool


def payments(rng: random.Random, count: int, now: datetime) -> list[dict[str, Any]]:
    """Payments of the last hour, into accounts that are paid often and such that are not."""
    return [
        {
            "record_id": f"F{number}",
            "time": now - timedelta(seconds=rng.randrange(60, 1_500)),
            "payer_bank": f"B{rng.randrange(1, 9):02}",
            "payer": f"{rng.randrange(10**9, 10**10)}",
            "payee_bank": f"B{rng.randrange(1, 9):02}",
            "payee": f"{7_000_000_000 + int(rng.paretovariate(0.7)) % 40_000}",
            "amount": Decimal(rng.randrange(300, 90_000)),
            "currency": "THB",
            "channel": "transfer",
        }
        for number in range(count)
    ]


def flood(rng: random.Random, count: int, paid: Sequence[dict[str, Any]]) -> Iterator[Sent]:
    """So many reports, a part of them malicious, mixed."""
    for _ in range(count):
        if rng.random() < MALICIOUS:
            yield _malicious(rng, paid)
        else:
            yield _true(rng, paid)


def _true(rng: random.Random, paid: Sequence[dict[str, Any]]) -> Sent:
    # Three in ten come from a telephone company's network, which thousands share.
    shared = rng.random() < 0.3
    sender = _network(f"carrier{rng.randrange(10)}" if shared else f"home{rng.randrange(200_000)}")
    if rng.random() < 0.7:
        one = rng.choice(paid)
        amount = one["amount"] if rng.random() < 0.9 else round(one["amount"], -3)
        bank, to = rng.random() < 0.8, rng.random() < 0.85
        said = _payment("60", amount, one["payer_bank"] if bank else "", one["payee"] if to else "")
        return Sent("money_left", said, sender, False)
    about = f"08{rng.randrange(10**7, 10**8)}" if rng.random() < 0.4 else ""
    said = {"text": _story(rng), "place": rng.choice(PLACES) if rng.random() < 0.6 else "", "about": about}
    return Sent("tip", said, sender, False)


def _malicious(rng: random.Random, paid: Sequence[dict[str, Any]]) -> Sent:
    way, bots = rng.random(), _network(f"bot{rng.randrange(40)}")
    one = rng.choice(paid)
    if way < 0.35:
        story = f"The shop {rng.choice(('Somchai', 'Somchay', 'SOMCHAI'))} at account 7000000017 cheats everyone, hold its money {rng.choice(('now', 'today', 'at once', 'please'))}"
        return Sent("tip", {"text": story, "place": "", "about": "7000000017"}, bots, True)
    if way < 0.6:
        account = f"{rng.randrange(10**9, 6 * 10**9)}"
        said = _payment("60", Decimal(rng.randrange(1_000, 900_000)), f"B{rng.randrange(1, 9):02}", account)
        return Sent("money_left", said, _network(f"proxy{rng.randrange(5_000)}"), True)
    if way < 0.8:
        said = _payment("60", Decimal(rng.randrange(100_000, 900_000)), "", one["payee"])
        return Sent("money_left", said, bots, True)
    if way < 0.97:
        junk = rng.choice(("aaaaaaa", "test", "1234", "asdf asdf", "' OR 1=1 --", "ฮ่า" * 30))
        return Sent("tip", {"text": junk, "place": "", "about": ""}, bots, True)
    said = _payment("60", one["amount"], one["payer_bank"], one["payee"])
    return Sent("money_left", said, _network(f"proxy{rng.randrange(5_000)}"), True)


def _payment(when: str, amount: Decimal, bank: str, to: str) -> dict[str, str]:
    return {"when": when, "amount": str(amount), "bank": bank, "to": to}


def _story(rng: random.Random) -> str:
    words = [rng.choice(BY), rng.choice(SEEN), "near", rng.choice(PLACES), rng.choice(WHENS) + "."]
    return " ".join([*words, *rng.sample(MORE, rng.randrange(1, 4)), f"House {rng.randrange(1, 900)}."])


def _network(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()


def submit(card: Card, sent: Sequence[Sent]) -> list[float]:
    """Send all of them by the public login; milliseconds of each."""
    door, took = PublicDoor(card.database), []
    door.open()
    try:
        for number, one in enumerate(sent):
            began = time.perf_counter()
            body = {"kind": one.kind, "said": one.said, "files": []}
            mark, once = hashlib.sha256(to_canonical_json(body)).digest(), _network(f"once{number}")
            urgency = 3 if one.kind == "money_left" else 1
            door.submit(
                one.kind, urgency, _network(f"code{number}"), once, one.sender, seal(card.seal_to, body), mark
            )
            took.append(1_000 * (time.perf_counter() - began))
    finally:
        door.close()
    return took


def take_all(ledger: Ledger, lake: Lake, now: datetime) -> int:
    """Turn after turn until nothing waits; how many came in."""
    taken = 0
    while some := taking_in.ingest_submissions(ledger, lake, now):
        taken += some
    return taken


def ranks(ledger: Ledger) -> list[float]:
    """The rank of each report, in the order in which they were sent."""
    with ledger.open_session() as session:
        return list(session.scalars(select(PublicReport.rank).order_by(PublicReport.submission_id)))


def seen(ledger: Ledger, malicious: Sequence[bool], now: datetime) -> tuple[float, float]:
    """The area in the list as officers read it, where what is one report stands once: by the whole order, and among reports of the same
    urgency, since an urgent lie stands before a true tip whatever its rank. A line is true where one of its reports is.
    """
    with ledger.open_session() as session:
        root = func.coalesce(PublicReport.duplicate_of, PublicReport.id)
        joined = session.execute(select(root).order_by(PublicReport.submission_id)).scalars()
        true = {line for line, bad in zip(joined, malicious, strict=True) if not bad}
        lines = select(PublicReport.id, PublicReport.urgency).where(PublicReport.duplicate_of.is_(None))
        rows = session.execute(lines.order_by(*queries.reading_order(now))).all()
    ids, urgency = (np.asarray(column) for column in zip(*rows, strict=True))
    place, bad = -np.arange(len(ids)), ~np.isin(ids, list(true))
    within, pairs = 0.0, 0
    for urgent in np.unique(urgency):
        of = urgency == urgent
        many = int((of & bad).sum()) * int((of & ~bad).sum())
        within, pairs = within + (many and many * area(place[of], bad[of])), pairs + many
    return area(place, bad), within / max(pairs, 1)


def area(rank: ArrayLike, malicious: ArrayLike) -> float:
    """How often a true report stands before a malicious one, ties counted half."""
    values, bad = np.asarray(rank), np.asarray(malicious)
    order = np.sort(values[bad])
    below = np.searchsorted(order, values[~bad], "left") + np.searchsorted(order, values[~bad], "right")
    return float(below.mean() / 2 / max(len(order), 1))


def error(rank: ArrayLike, malicious: ArrayLike) -> float:
    """The standard error of the area (DeLong et al. 1988)."""
    values, bad = np.asarray(rank), np.asarray(malicious)
    parts = []
    for mine, others in ((values[~bad], values[bad]), (values[bad], values[~bad])):
        order = np.sort(others)
        below = (np.searchsorted(order, mine, "left") + np.searchsorted(order, mine, "right")) / 2
        parts.append(np.var(below / len(order), ddof=1) / len(mine))
    return float(np.sqrt(sum(parts)))


@dataclass(frozen=True, slots=True)
class Measured:
    """How many came in, the area with its standard error, the areas in the officers' list, whole and among reports of one urgency, the
    slowest hundredth of submissions in milliseconds, and reports taken in a second.
    """

    taken: int
    area: float
    error: float
    listed: float
    of_urgency: float
    slow: float
    speed: float


def measured(ledger: Ledger, lake: Lake, card: Card, seed: int, count: int) -> Measured:
    """Send a flood and take it in."""
    rng = random.Random(seed)
    paid = payments(rng, max(200, count // 2), clock.get_now())
    lake.write_rows("transfers", paid, source="bank-one")
    now = clock.get_now()
    sent = list(flood(rng, count, paid))
    took = submit(card, sent)
    with measure_time() as spent:
        taken = take_all(ledger, lake, now)
    speed = taken / spent.wall
    rank, malicious = ranks(ledger), [one.malicious for one in sent]
    whole, of_urgency = seen(ledger, malicious, now)
    slow = float(np.percentile(took, 99))
    return Measured(taken, area(rank, malicious), error(rank, malicious), whole, of_urgency, slow, speed)


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--reports", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=101)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it in a home of its own."""
    run = start_run(__doc__, arguments, quick="as without", options=add_options)
    reports = run.given.reports
    with open_scratch_home("exercise") as home, Ledger.open(home) as ledger:
        found = measured(ledger, Lake.open(home), card_of(ledger), run.given.seed, reports)
    around = f"{found.area - 1.96 * found.error:.3f} to {found.area + 1.96 * found.error:.3f}"
    figures = [
        at_most("reports lost", reports - found.taken, "", 0),
        at_least("area under the curve of rank", found.area, "", BAR_AUC, around),
        at_least("the same in the officers' list, of one urgency", found.of_urgency, "", BAR_AUC),
        at_most("a report accepted, slowest hundredth", found.slow, "ms", BAR_ACCEPTED),
        at_least("reports taken in", found.speed, "a second", BAR_TAKEN),
    ]
    ended = run.finish("A flood of public reports", figures)
    print(f"  the whole list, where an urgent lie stands before a true tip by design: {found.listed:.3f}")
    return ended


if __name__ == "__main__":
    sys.exit(main())
