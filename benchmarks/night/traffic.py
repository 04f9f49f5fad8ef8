"""What goes on in the house while faults come: records, reports, an officer who approves, banks that answer.

Whatever the house answered for is written down here, with the span in which that was: at the end all of it must be there.
"""

import json
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx

from benchmarks.night.house import House
from warroom import files
from warroom.exchange.text import short_id
from warroom.lake.lake import Lake
from warroom.lake.streams import journal
from warroom_lab.demo import bank_answer
from warroom_lab.demo.desk import Received, parse_order
from warroom_lab.demo.staff import PASSWORD

PUSHER, DROPPER = "B01", "B02"
BANKS = tuple(f"B{number:02}" for number in range(3, 11))
"""Where mules have their accounts; each answers what it is told."""
ROWS_A_PUSH = 20
ROWS_A_FILE = 40
EVERY = {"push": 2.0, "drop": 12.0, "report": 12.0, "officer": 3.0, "banks": 1.5}
"""Seconds between two of a kind."""
STEM = "night"


@dataclass(frozen=True, slots=True)
class Row:
    """A transfer as it was sent: its number at the bank, satang, and in which span it was answered for."""

    record_id: str
    satang: int
    since: float
    until: float


@dataclass(frozen=True, slots=True)
class Approved:
    """A hold that an officer was told of, and between which right times they had asked and heard."""

    number: int
    bank: str
    account: str
    satang: int
    approved_at: datetime
    until: datetime
    asked: datetime
    heard: datetime
    span: tuple[float, float]


@dataclass
class Kept:
    """What was answered for."""

    rows: dict[tuple[str, str], Row] = field(default_factory=dict)
    sent: dict[tuple[str, str], int] = field(default_factory=dict)
    """Of every row that was ever sent, answered for or not: satang by source and number."""
    reports: dict[str, tuple[float, float]] = field(default_factory=dict)
    holds: dict[int, Approved] = field(default_factory=dict)
    answers: dict[str, tuple[float, float]] = field(default_factory=dict)
    """Files of answers that the house has read."""
    refused_by_rule: int = 0
    """Approvals that the house refused with a sentence, because money had moved or somebody was first."""


class Traffic:
    """The people and programs outside, each a thread that goes on whatever it meets."""

    def __init__(self, house: House, keys: dict[str, str], seed: int) -> None:
        self.house, self.kept = house, Kept()
        self.muted: set[str] = set()
        """Banks that are silent."""
        self._keys, self._chance = keys, random.Random(seed)
        self._stop, self._pause = threading.Event(), threading.Event()
        self._busy = threading.Semaphore(len(EVERY))
        self._serial = 0
        self._victims: list[tuple[float, str, int]] = []
        self._dropped: dict[Path, tuple[float, list[tuple[str, int]]]] = {}
        self._told: dict[Path, tuple[float, str]] = {}
        self._answered: dict[str, float] = {}
        self._token = ""
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        steps: dict[str, Callable[[], None]] = {
            "push": self._push,
            "drop": self._drop,
            "report": self._report,
            "officer": self._officer,
            "banks": self._banks,
        }
        for name, step in steps.items():
            thread = threading.Thread(daemon=True, target=self._again, args=(step, EVERY[name]), name=name)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Nobody sends or decides for the length of a block."""
        self._pause.set()
        for _ in EVERY:
            self._busy.acquire()
        try:
            yield
        finally:
            for _ in EVERY:
                self._busy.release()
            self._pause.clear()

    def settle(self) -> float:
        """Seconds until nothing waits any more: every file taken, every order answered."""
        self.muted.clear()
        return self.house.until(self._nothing_waits)

    def _nothing_waits(self) -> bool:
        self._banks()
        self._see()
        home = self.house.home
        waiting = [path for path in home.inbox.iterdir() if path.is_file()]
        unanswered = [path for path in home.outbox.glob("*.xml") if path.stem not in self._answered]
        # Not by /metrics, which says what the streams' last turn saw: a push of this second would not be waited for.
        pushed = journal.list_waiting_pushes(home, Lake.open(home).state.positions)
        return not (waiting or unanswered or self._dropped or self._told or pushed)

    def _again(self, step: Callable[[], None], every: float) -> None:
        while not self._stop.wait(every):
            if self._pause.is_set():
                continue
            with self._busy:
                try:
                    step()
                # A full disk, a key that is gone: anyone who sends tries again.
                except (OSError, httpx.HTTPError, ValueError, KeyError):
                    continue

    # Records.

    def _push(self) -> None:
        """Ordinary payments and now and then a victim's, until they are answered for."""
        rows = self._payments(PUSHER, ROWS_A_PUSH)
        if self._chance.random() < 0.35:
            rows.append(self._victim())
        began = time.monotonic()
        body = "\n".join(json.dumps(row) for row in rows).encode()
        head = {
            "authorization": f"Bearer {self._keys[PUSHER]}",
            "idempotency-key": f"{STEM}-{rows[0]['record_id']}",
        }
        self._send(body, head)
        now = time.monotonic()
        for row in rows:
            self.kept.rows[PUSHER, row["record_id"]] = Row(
                row["record_id"], _satang(row["amount"]), began, now
            )
            if row["record_id"].startswith("V"):
                self._victims.append((now, row["record_id"], _satang(row["amount"])))

    def _send(self, body: bytes, head: dict[str, str]) -> None:
        while True:
            try:
                answer = httpx.post(
                    f"{self.house.address}/api/v1/transfers", content=body, headers=head, timeout=30
                )
            except httpx.TransportError:
                time.sleep(0.5)
                continue
            if answer.status_code == 202:
                return
            if answer.status_code < 429:
                raise SystemExit(f"a push was refused: {answer.status_code} {answer.text}")
            time.sleep(1)

    def _payments(self, bank: str, count: int) -> list[dict[str, Any]]:
        rows = []
        for _ in range(count):
            self._serial += 1
            rows.append(
                self._row(
                    f"N{bank}-{self._serial}",
                    bank,
                    self._chance.randrange(1_000),
                    self._chance.choice(BANKS),
                    f"3{self._chance.randrange(5_000):09}",
                    self._chance.randrange(10_00, 20_000_00),
                )
            )
        return rows

    def _victim(self) -> dict[str, Any]:
        self._serial += 1
        bank = self._chance.choice(BANKS)
        return self._row(
            f"V{self._serial}",
            PUSHER,
            5_000_000 + self._serial,
            bank,
            f"9{self._serial:09}",
            self._chance.randrange(5_000_00, 200_000_00),
        )

    def _row(
        self, record_id: str, bank: str, payer: int, payee_bank: str, payee: str, satang: int
    ) -> dict[str, Any]:
        self.kept.sent[bank, record_id] = satang
        return {
            "record_id": record_id,
            "time": (self.house.clock.right() - timedelta(minutes=2)).isoformat(),
            "payer_bank": bank,
            "payer": f"1{payer:09}",
            "payee_bank": payee_bank,
            "payee": payee,
            "amount": f"{satang // 100}.{satang % 100:02}",
            "currency": "THB",
            "channel": "transfer",
        }

    def _drop(self) -> None:
        """A bank that can only send files."""
        self._see()
        rows = self._payments(DROPPER, ROWS_A_FILE)
        lines = [",".join(rows[0]), *(",".join(str(value) for value in row.values()) for row in rows)]
        path = self.house.home.drop / DROPPER / f"{rows[0]['record_id']}.csv"
        _put(path, "\n".join([*lines, ""]).encode())
        self._dropped[path] = time.monotonic(), [(row["record_id"], _satang(row["amount"])) for row in rows]

    def _report(self) -> None:
        """The hotline tells what a victim reported, some seconds after the payment was answered for."""
        self._see()
        ripe = [one for one in self._victims if time.monotonic() - one[0] > 5]
        for one in ripe[:3]:
            _, record_id, satang = one
            now = self.house.clock.right()
            body = {
                "record_id": f"R{record_id}",
                "time": (now - timedelta(minutes=1)).isoformat(),
                "scam_type": "investment",
                "transfer_ids": [record_id],
                "loss": f"{satang // 100}.{satang % 100:02}",
                "channel": "1441",
            }
            path = self.house.home.drop / "hotline" / "reports" / f"R{record_id}.jsonl"
            _put(path, json.dumps(body).encode() + b"\n")
            self._told[path] = time.monotonic(), f"R{record_id}"
            self._victims.remove(one)

    def _see(self) -> None:
        """What lies in done/ was taken in."""
        now, drop = time.monotonic(), self.house.home.drop
        for path, (since, rows) in list(self._dropped.items()):
            if (drop / DROPPER / "done" / path.name).exists():
                for record_id, satang in rows:
                    self.kept.rows[DROPPER, record_id] = Row(record_id, satang, since, now)
                self._dropped.pop(path, None)
        for path, (since, report) in list(self._told.items()):
            if (drop / "hotline" / "done" / path.name).exists():
                self.kept.reports[report] = since, now
                self._told.pop(path, None)

    # The officer.

    def _officer(self) -> None:
        """Approve whatever is proposed."""
        with httpx.Client(base_url=f"{self.house.address}/api/v1", timeout=30) as client:
            if not self._token:
                self._token = client.post(
                    "/sign-in", json={"username": "officer", "password": PASSWORD}
                ).json()["token"]
            client.headers["authorization"] = f"Bearer {self._token}"
            answer = client.get("/cases", params={"filter": "undecided", "limit": 5})
            if answer.status_code == 401:
                self._token = ""
                return
            for row in answer.json()["rows"]:
                self._decide(client, row["number"])

    def _decide(self, client: httpx.Client, number: str) -> None:
        client.post(f"/cases/{number}/take")
        page = client.get(f"/cases/{number}").json()
        wanted = [one["id"] for one in page["proposals"] if one["state"] == "open"]
        if not wanted:
            return
        key = f"{STEM}-{number}-{'-'.join(map(str, wanted))}"
        asked, began = self.house.clock.right(), time.monotonic()
        # The same key until it is answered for, and once more on purpose now and then.
        answer = self._asked(client, number, key, {"proposals": wanted, "snapshot": page["snapshot"]})
        if self._chance.random() < 0.1:
            answer = self._asked(client, number, key, {"proposals": wanted, "snapshot": page["snapshot"]})
        if answer.status_code != 201:
            self.kept.refused_by_rule += 1
            return
        for hold in answer.json():
            self.kept.holds[hold["id"]] = Approved(
                hold["id"],
                hold["bank"],
                hold["account"],
                _satang(hold["amount"]),
                datetime.fromisoformat(hold["approved_at"]),
                datetime.fromisoformat(hold["until"]),
                asked,
                self.house.clock.right(),
                (began, time.monotonic()),
            )

    def _asked(self, client: httpx.Client, number: str, key: str, given: dict[str, Any]) -> httpx.Response:
        while True:
            try:
                answer = client.post(f"/cases/{number}/holds", json=given, headers={"idempotency-key": key})
            except httpx.TransportError:
                if self._stop.is_set():
                    raise
                time.sleep(0.5)
                continue
            if answer.status_code < 500:
                return answer
            time.sleep(0.5)

    # The banks.

    def _banks(self) -> None:
        """Each bank that is not silent does what its orders say and answers, a little later."""
        home = self.house.home
        for path in sorted(home.outbox.glob("*.xml")):
            if path.stem not in self._answered:
                order = parse_order(path.read_bytes())
                if order.bank not in self.muted:
                    answer(self.house, order, self.house.clock.right())
                    self._answered[path.stem] = time.monotonic()
        for path in (home.inbox / "read").glob("*.xml"):
            order_id = path.stem.removesuffix("-said")
            if order_id in self._answered and order_id not in self.kept.answers:
                self.kept.answers[order_id] = self._answered[order_id], time.monotonic()


def answer(house: House, order: Received, at: datetime) -> None:
    """A bank's camt.029 about an order: it holds all that it was told to, and lets go when told to."""
    status = "done" if order.kind in ("hold", "extend") else "lifted"
    said = bank_answer.make_answer_supplement(order.order_id, status, Decimal(order.satang) / 100, at, "")
    body = bank_answer.render(short_id(f"{status}-{order.order_id}"), order.bank, said)
    files.write_atomically(house.home.inbox / f"{order.order_id}-said.xml", body)


def _put(path: Path, content: bytes) -> None:
    """As a bank that knows how: the whole file appears at once."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.part")
    draft.write_bytes(content)
    draft.rename(path)


def _satang(amount: str) -> int:
    return int(Decimal(amount) * 100)
