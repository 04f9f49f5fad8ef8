"""The search over texts and the page of a subject: `python -m benchmarks.search [--quick] [--keep DIR]`.

Texts are synthetic tips in Thai and English of the length people write, a million of them, with accounts, telephones and
domains in some. Asked are words of two to six syllables from the middle of sentences, frequent and rare, words that stand
nowhere, and numbers in every spelling. The subject page stands on the transfers of `benchmarks.trace`.
"""

import os
import shutil
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks import trace
from benchmarks.harness import (
    Figure,
    add_keep,
    at_least,
    at_most,
    open_folder,
    start_run,
    time_ms,
    time_seconds,
)
from warroom import clock
from warroom.access.officers import add_officer, list_officers
from warroom.cases.intake import sync_cases
from warroom.cases.queries import case_list
from warroom.cases.queries.case_page import case_page
from warroom.home import Home, open_home
from warroom.lake.lake import Lake
from warroom.lake.terms import IngestJob
from warroom.lake.texts import index as text_index
from warroom.lake.texts.index import TextIndex
from warroom.lake.texts.query import TextQuery, make_forms
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.money.index.account_index import Index
from warroom.money.index.opening import open_index
from warroom.money.trail import BankAccount
from warroom.records.mapping import DeliveryTerms, FileMapping
from warroom.room.lookup import subject

START = datetime(2026, 1, 1, tzinfo=UTC)
CHUNK = 100_000
BAR_MS = 200.0
PAGE_BAR_MS = 500.0
SHOWN = 20
CASES = 100
THAI = [
    "เขา",
    "บอก",
    "ให้",
    "โอน",
    "เงิน",
    "ไป",
    "ที่",
    "บัญชี",
    "ใหม่",
    "แล้ว",
    "จะ",
    "คืน",
    "ภายใน",
    "วัน",
    "นี้",
    "ตำรวจ",
    "โทร",
    "มา",
    "ว่า",
    "มี",
    "หมายจับ",
    "พัสดุ",
    "ตกค้าง",
    "ด่าน",
    "ศุลกากร",
    "ลงทุน",
    "ได้",
    "กำไร",
    "สูง",
    "รับรอง",
    "ผล",
    "งาน",
    "สบาย",
    "รายได้",
    "ดี",
    "เมือง",
    "ชายแดน",
    "สมัคร",
    "ทาง",
    "ไลน์",
    "กลุ่ม",
    "หุ้น",
    "ทองคำ",
    "แม่",
    "สอด",
    "ปอย",
    "เปต",
    "ห้าม",
    "บอก",
    "ใคร",
    "ธนาคาร",
    "ระงับ",
    "รหัส",
    "ยืนยัน",
    "ตัวตน",
    "แอป",
    "ดูด",
    "ค่า",
    "ธรรมเนียม",
    "เงินกู้",
    "ด่วน",
    "ไม่",
    "ต้อง",
    "ค้ำ",
    "รางวัล",
    "ใหญ่",
    "ผู้",
    "โชคดี",
    "รถ",
    "รับ",
    "ถึง",
    "บ้าน",
    "หนังสือเดินทาง",
    "นายหน้า",
]
ENGLISH = [
    "the",
    "caller",
    "said",
    "police",
    "parcel",
    "customs",
    "invest",
    "profit",
    "transfer",
    "account",
    "today",
    "urgent",
    "job",
    "border",
    "salary",
    "group",
    "code",
    "win",
]
TAILS = ("ข้าว", "น้ำ", "เพชร", "ทราย", "มะม่วง", "กล้วย", "สะพาน", "ตะวัน", "จันทร์", "พฤหัส")


def sentences(rng: np.random.Generator, count: int, first: int) -> list[str]:
    """Words run together as Thai is written; every text has a rare word of its own, one in ten a number."""
    made = []
    for number in range(first, first + count):
        size = int(rng.integers(12, 40))
        if number % 5:
            text = "".join(THAI[at] for at in rng.zipf(1.3, size) % len(THAI))
        else:
            text = " ".join(ENGLISH[at] for at in rng.zipf(1.3, size) % len(ENGLISH))
        text += (
            TAILS[number % 10]
            + TAILS[number // 10 % 10]
            + TAILS[number // 100 % 10]
            + TAILS[number // 1000 % 10]
        )
        made.append(text + (f" โทร 08{number:08d}" if number % 10 == 0 else ""))
    return made


def fill(lake: Lake, work: Path, rows: int) -> None:
    rng = np.random.default_rng(1)
    for first in range(0, rows, CHUNK):
        count = min(CHUNK, rows - first)
        when = pa.array([START + timedelta(seconds=20 * number) for number in range(first, first + count)])
        table = pa.table(
            {
                "record_id": [f"TIP{number}" for number in range(first, first + count)],
                "time": when.cast(pa.timestamp("us", "UTC")),
                "kind": pa.array(["number"] * count),
                "text": sentences(rng, count, first),
            }
        )
        path = work / f"tips-{first}.parquet"
        pq.write_table(table, path)
        lake.ingest([IngestJob("tips", path, FileMapping(), "bench", DeliveryTerms())])
        path.unlink()


def questions(rng: np.random.Generator, rows: int) -> list[str]:
    """What is asked: frequent words, pairs across a word's border, rare chains, and words that stand nowhere."""
    asked: list[str] = []
    for _ in range(60):
        words = [THAI[at] for at in rng.integers(0, len(THAI), 3)]
        tail = [TAILS[at] for at in rng.integers(0, 10, 4)]
        asked += [
            words[0],
            "".join(words[:2]),
            " ".join(words[:2]),
            "".join(tail[:2]),
            "".join(tail),
            "".join(words) + "ฯลฯ",
        ]
        asked += [ENGLISH[int(rng.integers(0, len(ENGLISH)))], "ฬ" + words[0]]
    return [word for word in asked if len(word) > 1]


def search_times(home: Home, lake: Lake, asked: list[str]) -> list[float]:
    """A search as an officer's: the newest hits of the table, and whether there is one elsewhere."""

    def one(index: TextIndex, said: str) -> list[object]:
        hits = index.iter_matches(TextQuery.parse_query(said), "tips")
        return [record for record, _ in zip(hits, range(SHOWN), strict=False)]

    taken = []
    for said in asked:
        index = text_index.load_index(home, lake.state)
        taken.append(time_ms(lambda index=index, said=said: one(index, said)))  # type: ignore[misc]
    return taken


def number_times(home: Home, lake: Lake, rows: int, rng: np.random.Generator) -> list[float]:
    taken = []
    for number in rng.integers(0, rows // 10, 200).tolist():
        said = f"+66 8{number * 10:08d}"[:6] + f"{number * 10:08d}"[1:]
        index = text_index.load_index(home, lake.state)
        taken.append(time_ms(lambda index=index, said=said: index.named(make_forms(said))))  # type: ignore[misc]
    return taken


def of_texts(work: Path, rows: int) -> list[Figure]:
    home = open_home(work / f"texts-{rows}", "exercise")
    lake = Lake.open(home)
    if not lake.head:
        fill(lake, work, rows)
    shutil.rmtree(home.index / "texts", ignore_errors=True)
    built = time_seconds(lambda: text_index.refresh_index(home, lake.state))
    size = sum(path.stat().st_size for path in home.index.rglob("*") if path.is_file())
    rng = np.random.default_rng(2)
    asked = questions(rng, rows)
    search_times(home, lake, asked[:20])
    words = np.array(search_times(home, lake, asked))
    numbers = np.array(number_times(home, lake, rows, rng))
    label = f"{rows / 1e6:g} M texts"
    return [
        at_least(f"index of {label}", rows / built, "texts/s", 15_000, f"{built:.0f} s"),
        at_most(f"index of {label}, on disk", size / rows, "B/text", 600),
        at_most(f"Thai words in {label}, median", float(np.percentile(words, 50)), "ms", BAR_MS),
        at_most(f"Thai words in {label}, 95th percentile", float(np.percentile(words, 95)), "ms", BAR_MS),
        at_most(f"Thai words in {label}, slowest", float(words.max()), "ms", 2 * BAR_MS),
        at_most(f"numbers in {label}, 95th percentile", float(np.percentile(numbers, 95)), "ms", BAR_MS),
    ]


def of_accounts(work: Path, rows: int) -> list[Figure]:
    """An officer's subject pages over so many transfers: accounts on the trails of a hundred own cases, and the busiest
    accounts of all, of which it says hit or no hit.
    """
    home = open_home(work / f"home-{rows}", "exercise")
    lake = Lake.open(home)
    keep = work / f"seeds-{rows}.txt"
    if not keep.exists():
        keep.write_text("\n".join(trace.fill(lake, work, rows)))
    now = clock.get_now()
    reports = [
        {"record_id": f"R{at}", "time": now, "transfer_ids": [seed], "loss": 1}
        for at, seed in enumerate(keep.read_text().split()[:CASES])
    ]
    lake.write_rows("reports", reports, source="bench")
    index = open_index(home, lake)
    with Ledger.open(home) as ledger:
        officer = _officer(ledger)
        sync_cases(ledger, lake, index)
        own, others = _accounts(ledger, officer, index)
        _page(ledger, lake, index, officer, own[0])  # compiles what a server's first page compiles
        taken = [_page(ledger, lake, index, officer, one) for one in own]
        busy = [_page(ledger, lake, index, officer, one) for one in others]
    label = f"{rows / 1e6:g} M transfers"
    most = f"the busiest account has {int(np.diff(index.base.segment.ptr).max()):,} transfers"
    return [
        at_most(f"subject page over {label}, median", float(np.percentile(taken, 50)), "ms", PAGE_BAR_MS),
        at_most(
            f"subject page over {label}, 95th percentile", float(np.percentile(taken, 95)), "ms", PAGE_BAR_MS
        ),
        at_most(
            f"hit or none of busy accounts, {label}, 95th percentile",
            float(np.percentile(busy, 95)),
            "ms",
            PAGE_BAR_MS,
            most,
        ),
    ]


def _officer(ledger: Ledger) -> Officer:
    known = [one for one in list_officers(ledger) if one.username == "bench"]
    return (
        known[0]
        if known
        else add_officer(ledger, "bench", "Bench", "long enough indeed", ("officer",), "Police")
    )


def _accounts(ledger: Ledger, officer: Officer, index: Index) -> tuple[list[BankAccount], list[BankAccount]]:
    """Accounts of the officer's own cases, each opened once, and the accounts with most transfers."""
    numbers = [row.number for row in case_list.read_board(ledger, officer, limit=CASES).rows]
    own: list[BankAccount] = []
    for number in numbers:
        trail = case_page(ledger, officer, number).trail or {"accounts": []}
        own += [BankAccount(**one["account"]) for one in trail["accounts"][:5]]
    ends = np.diff(index.base.segment.ptr)
    return own, index.list_accounts(np.argsort(ends)[-50:].tolist())


def _page(ledger: Ledger, lake: Lake, index: Index, officer: Officer, account: BankAccount) -> float:
    name = f"{account.bank}:{account.number}"
    return time_ms(lambda: subject.subject_page(ledger, lake, lambda: index, officer, "account", name))


def main(arguments: Sequence[str] | None = None) -> int:
    run = start_run(__doc__, arguments, quick="100,000 texts and a million transfers", options=add_keep)
    rows, transfers = (100_000, 1_000_000) if run.is_quick else (1_000_000, 10_000_000)
    with open_folder(run.given.keep) as work:
        os.environ["WARROOM_HOME"] = str(work / "home")
        return run.finish("Search", of_texts(work, rows) + of_accounts(work, transfers))


if __name__ == "__main__":
    sys.exit(main())
