"""Tamper detection by the server: it remembers the newest row and commit in another store, out of reach of
who changes one, and verifies a part of everything each night.
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
# Nights until everything was verified once.
NIGHTS = 7
SMALL_LOG = 200_000
"""Rows; a log up to this is verified whole every night, some four seconds; a longer one on one night of the
seven.
"""
LAKE_HEAD = "lake.head"
CUT = "health.log-cut"
DAMAGED = "health.damaged"


@dataclass(frozen=True, slots=True)
class NightVerification:
    """The last night's verification: when, how many files of the lake and rows of the log it read, and for
    each fault a sentence by file name or row number.
    """

    at: datetime
    files: int
    rows: int
    faults: dict[str, str]


def check_integrity(ledger: Ledger, lake: "Lake", now: datetime) -> NightVerification | None:
    """Remember the newest row and commit, and once a night verify a part; returns that, None where it was not
    due.
    """
    fault = head.record_head(ledger)
    _note_cut(ledger.home, "log", fault.text if fault else None)
    _note_cut(ledger.home, "lake", record_lake_head(ledger, lake))
    before = find_last_verification(ledger.home)
    night = clock.find_last_occurrence(VERIFY_AT, ZoneInfo(settings.get_text("WARROOM_TIMEZONE")), now)
    # A verification by a clock that was ahead does not count for this night.
    if before is not None and night <= before.at <= now:
        return None
    return verify_part(ledger, lake, now)


def record_lake_head(ledger: Ledger, lake: "Lake") -> str | None:
    """Save the lake's newest commit in the ledger as well; returns the fault where the lake no longer has it.

    This detects a commit that was deleted together with the home's own record of it. That record is restored, so
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
    """Verify the whole lake, including the newest commit that the ledger knows.

    A lake without a ledger has no such record. A ledger that cannot be read is a fault of its own: a newest
    commit that was deleted with the home's record of it would go unnoticed.
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
    everything is read. A fault is reported until it is gone.
    """
    before = find_last_verification(ledger.home)
    known = before.faults if before else {}
    # By the calendar day, so that a missed night's share is verified a week later at most.
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
    """The last night's verification; None where there was none."""
    try:
        tree = json.loads(_verification_path(home).read_bytes())
        return NightVerification(**{**tree, "at": datetime.fromisoformat(tree["at"])})
    except (OSError, ValueError, KeyError, TypeError):
        return None


def is_late(found: NightVerification | None, now: datetime) -> bool:
    """Whether the last verification is more than two days old."""
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
