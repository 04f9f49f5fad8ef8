"""What a house does by itself so that nothing is changed unseen: it remembers the newest row and commit where whoever changes
one store does not reach, and verifies a part of everything each night.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from warroom import clock, files, settings, unwell
from warroom.errors import LakeDamaged, LedgerError
from warroom.home import Home
from warroom.lake.verify import LakeFault
from warroom.ledger.audit import head, reading, writing
from warroom.ledger.bookmarks import save_bookmark
from warroom.ledger.ledger import Ledger
from warroom.ledger.schema import Bookmark
from warroom.ledger.verify import verify_audit
from warroom.sentences.sentence import Sentence

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

VERIFY_AT = time(4, 0)  # half an hour after the small files are joined
NIGHTS = 7
SMALL_LOG = 200_000
"""Rows of a log that is verified whole every night, some four seconds; a longer one on one night of the seven."""
LAKE_HEAD = "lake.head"
CUT = "health.log-cut"
DAMAGED = "health.damaged"


@dataclass(frozen=True, slots=True)
class NightVerification:
    """What the last night's look found: when, how many files of the lake and rows of the log it read, and by name of a file,
    or number of a row, a sentence for each fault.
    """

    at: datetime
    files: int
    rows: int
    faults: dict[str, str]


def check_integrity(ledger: Ledger, lake: "Lake", now: datetime) -> NightVerification | None:
    """Remember what is newest, and once a night verify a part; what it found, None where it was not yet time."""
    fault = head.record_head(ledger)
    _note_cut(ledger.home, "log", fault.text if fault else None)
    _note_cut(ledger.home, "lake", record_lake_head(ledger, lake))
    before = find_last_verification(ledger.home)
    night = clock.find_last_occurrence(VERIFY_AT, ZoneInfo(settings.get_text("WARROOM_TIMEZONE")), now)
    # A look by a clock that stood ahead is none of this night.
    if before is not None and night <= before.at <= now:
        return None
    return verify_part(ledger, lake, now)


def record_lake_head(ledger: Ledger, lake: "Lake") -> str | None:
    """Keep the newest commit of the lake in the ledger as well; what is wrong where the lake no longer holds it.

    Whoever deletes a commit together with the home's own memory of it is contradicted here. That memory is put back, so
    that every writer refuses and `lake verify` names the commit.
    """
    state = lake.state
    with ledger.open_session() as session:
        mark = session.get(Bookmark, LAKE_HEAD)
        if mark is not None:
            seq, _, sha256 = mark.value.partition(" ")
            if not lake.log.has_commit(state, {"seq": int(seq), "sha256": sha256}):
                lake.log.record_head(int(seq), sha256)
                return f"Commit {seq} was made and the lake's log no longer holds it."
        if state.seq:
            save_bookmark(session, LAKE_HEAD, f"{state.seq} {state.sha256}")
    return None


def verify_lake(home: Home, lake: "Lake") -> list[LakeFault]:
    """Verify the whole lake, the ledger's word on its newest commit included.

    A lake without a ledger has no such word. Where the ledger cannot be asked, that is a fault of its own: a newest
    commit that was deleted with the home's memory of it would go unnoticed.
    """
    if not (home.ledger / "data").exists() and not settings.get_text("WARROOM_DATABASE_URL"):
        return lake.verify()
    try:
        with Ledger.open(home) as ledger:
            record_lake_head(ledger, lake)  # puts the home's memory back, by which `verify` names the commit
    except LakeDamaged:
        pass  # a log that cannot be followed: `verify` says where it breaks
    except LedgerError as problem:
        return [
            *lake.verify(),
            LakeFault("ledger", "unasked", Sentence("lake.ledger-unasked", why=problem.sentence)),
        ]
    return lake.verify()


def verify_part(ledger: Ledger, lake: "Lake", now: datetime) -> NightVerification:
    """Verify the lake's log and a seventh of its files, what was at fault before, and the log of decisions; within a week
    everything is read. What is at fault is told until it is well again.
    """
    before = find_last_verification(ledger.home)
    known = before.faults if before else {}
    tonight = now.toordinal() % NIGHTS
    names = {name for name in lake.state.files if _night_of(name) == tonight or name in known}
    faults = {fault.path: fault.sentence for fault in lake.verify(names)}
    rows = reading.count_rows(ledger)
    if rows <= SMALL_LOG or tonight == 0:
        faults |= {f"row {fault.sequence}": fault.text for fault in verify_audit(ledger).faults}
    else:
        faults |= {name: words for name, words in known.items() if name.startswith("row ")}
        rows = 0
    verified = NightVerification(now, len(names), rows, faults)
    _save_verification(ledger, verified)
    return verified


def find_last_verification(home: Home) -> NightVerification | None:
    """What the last night's look found; None where there was none."""
    try:
        tree = json.loads(_verification_path(home).read_bytes())
        return NightVerification(**{**tree, "at": datetime.fromisoformat(tree["at"])})
    except (OSError, ValueError, KeyError, TypeError):
        return None


def is_late(found: NightVerification | None, now: datetime) -> bool:
    """Whether nights went by without a look."""
    return found is not None and now - found.at > timedelta(days=2)


def _save_verification(ledger: Ledger, verified: NightVerification) -> None:
    tree = {name: getattr(verified, name) for name in NightVerification.__slots__} | {
        "at": verified.at.isoformat()
    }
    files.write_atomically(_verification_path(ledger.home), json.dumps(tree).encode())
    with ledger.open_session() as session:
        detail = {"files": verified.files, "rows": verified.rows, "faults": len(verified.faults)}
        writing.write_audit_row(session, None, "home.verified", "home", detail, at=verified.at)
    if verified.faults:
        first = next(iter(verified.faults.values()))
        unwell.note_trouble(ledger.home, Sentence(DAMAGED, count=len(verified.faults)), why=first)
    else:
        unwell.clear_trouble(ledger.home, DAMAGED)


def _note_cut(home: Home, about: str, wrong: str | None) -> None:
    if wrong:
        unwell.note_trouble(home, Sentence(CUT), about=about, why=wrong)
    else:
        unwell.clear_trouble(home, CUT, about)


def _night_of(name: str) -> int:
    # By the name, which a file keeps for life: every file has its night, however many come and go.
    return hashlib.sha256(name.encode()).digest()[0] % NIGHTS


def _verification_path(home: Home) -> Path:
    return home.run / "verified.json"
