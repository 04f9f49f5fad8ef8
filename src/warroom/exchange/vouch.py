"""Gets the log's checkpoints time-stamped (RFC 3161) and cosigned by witnesses.

A service that is down is asked again later, and nothing waits for it. An exercise home asks no service.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import httpx

from warroom import settings
from warroom.errors import ExchangeError, WarroomError
from warroom.exchange.post import refuse_exercise
from warroom.home import Home
from warroom.ledger import signed_notes
from warroom.ledger.audit import checkpoints, reading, stamps, witnesses, writing
from warroom.ledger.bookmarks import save_bookmark
from warroom.ledger.ledger import Ledger
from warroom.ledger.schema import Bookmark

# Pause after a failure. Chosen, not measured: a service that restarts is back by then.
RETRY = timedelta(minutes=5)
# Seconds for one request: the round must not wait long for one service. Chosen, not measured.
TIMEOUT = 10.0
LARGEST = 1 << 16  # a stamp with its certificates is a few kilobytes, a cosignature a line
STAMP = "vouch.stamp"


@dataclass(frozen=True, slots=True)
class VouchReport:
    """The result of one round: checkpoints stamped, witnesses sent a checkpoint, cosignatures stored."""

    stamped: int = 0
    handed: int = 0
    cosigned: int = 0
    sentences: tuple[str, ...] = ()


def vouch_for_log(ledger: Ledger, home: Home, now: datetime) -> VouchReport:
    """Do what is due at `now`; in an exercise or demo home nothing. Raises SettingError for a wrong setting."""
    if home.exercise:
        return VouchReport()
    sentences: list[str] = []
    stamped = 0
    if settings.get_text("WARROOM_TIMESTAMP_URL"):
        stamped = _run_unless_paused(
            ledger, STAMP, now, sentences, lambda: stamp_checkpoint(ledger, home, now)
        )
    handed = _hand_all(ledger, home, now, sentences)
    cosigned = sum(witnesses.import_cosignatures(ledger, place) for place in witnesses.list_witnesses())
    return VouchReport(stamped, handed, cosigned, tuple(sentences))


def obtain_witness(ledger: Ledger, home: Home, now: datetime) -> bool:
    """Sign a checkpoint and send it to the witnesses at once; True where one now holds every row up to this call."""
    # Counted first: rows that come during the signing are not asked for.
    rows = reading.count_rows(ledger)
    checkpoints.sign_checkpoint(ledger, now)
    _hand_all(ledger, home, now, [])
    return any(_load_witness_size(ledger, place) >= rows for place in witnesses.list_witnesses())


def _hand_all(ledger: Ledger, home: Home, now: datetime, sentences: list[str]) -> int:
    return sum(
        _run_unless_paused(
            ledger, f"vouch.{place.name}", now, sentences, partial(hand_to_witness, ledger, home, place)
        )
        for place in witnesses.list_witnesses()
    )


def stamp_checkpoint(ledger: Ledger, home: Home, now: datetime) -> int:
    """Get the newest checkpoint stamped, once an hour; returns the number of stamps.

    Raises ExchangeError where the service cannot be reached or its stamp fails verification.
    """
    service = settings.get_text("WARROOM_TIMESTAMP_URL")
    if not service:
        return 0
    refuse_exercise(home)
    roots = stamps.load_authorities()
    done = 0
    for size, note in stamps.list_unstamped(ledger, now):
        kind = {"content-type": "application/timestamp-query"}
        status, answer = _post_bytes(service, stamps.build_stamp_request(note), kind)
        problem = (
            stamps.find_stamp_problem(note, answer, roots)
            if status == 200
            else f"was refused with status {status}"
        )
        if problem:
            raise ExchangeError(
                f"The stamp of the checkpoint at row {size} {problem}; it is asked for again."
            )
        stamps.save_stamp(ledger, size, service, answer, now)
        done += 1
    return done


def hand_to_witness(ledger: Ledger, home: Home, place: witnesses.ConfiguredWitness) -> int:
    """Send the newest checkpoint to one witness; returns 1 where the witness did not have it yet, else 0.

    Raises ExchangeError where the witness is down or refuses; a refusal is a row of the log.
    """
    note = checkpoints.find_last_signed(ledger)
    if note is None or _load_witness_size(ledger, place) >= note.size:
        return 0
    refuse_exercise(home)
    if place.folder is not None:
        witnesses.write_for_witness(ledger, place.folder)
    else:
        _post_checkpoint(ledger, place, note)
    _save_bookmark(ledger, f"witness.{place.name}", str(note.size))
    return 1


def _post_checkpoint(
    ledger: Ledger, place: witnesses.ConfiguredWitness, note: signed_notes.SignedNote
) -> None:
    """POST add-checkpoint of C2SP tlog-witness; status 409 returns the size the witness holds, from which it is sent once more."""
    address = f"{place.words.rstrip('/')}/add-checkpoint"
    status, answer = _post_bytes(
        address, witnesses.build_witness_request(ledger, _load_witness_size(ledger, place), note).encode()
    )
    # Once only: a witness that always answers another size must not keep the round busy.
    if status == 409 and (held := answer.strip()).isdigit() and int(held) <= note.size:
        status, answer = _post_bytes(
            address, witnesses.build_witness_request(ledger, int(held), note).encode()
        )
    if status != 200:
        with ledger.open_session() as session:
            detail = {"size": note.size, "status": status}
            writing.write_audit_row(session, None, "witness.refused", f"witness:{place.name}", detail)
        raise ExchangeError(
            f"The witness {place.name} refused the checkpoint at row {note.size} (status {status}); "
            "if it says that the log was rewritten, verify it."
        )
    if place.key and not witnesses.save_cosignature(
        ledger, place.key, note.size, answer.decode("utf-8", "replace")
    ):
        raise ExchangeError(
            f"What {place.name} answered is no cosignature of the checkpoint at row {note.size}."
        )


def _post_bytes(address: str, content: bytes, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
    try:
        # No redirects: the log's state goes only to the configured address.
        with httpx.Client(timeout=TIMEOUT, follow_redirects=False) as client:
            answer = client.post(address, content=content, headers=headers)
    except (httpx.HTTPError, httpx.InvalidURL) as problem:
        raise ExchangeError(
            f"{address} could not be reached ({type(problem).__name__}); tried again later."
        ) from None
    if len(answer.content) > LARGEST:
        raise ExchangeError(f"{address} answered more than {LARGEST // 1024} KiB; it is no such service.")
    return answer.status_code, answer.content


def _run_unless_paused(
    ledger: Ledger, name: str, now: datetime, sentences: list[str], work: Callable[[], int]
) -> int:
    """Run `work`, unless it failed within the last `RETRY`; a failure becomes a sentence and a later retry."""
    pause = _load_bookmark(ledger, name)
    # A pause further ahead than `RETRY` was written under a wrong clock, and is ignored.
    if pause and timedelta(0) < datetime.fromisoformat(pause) - now <= RETRY:
        return 0
    try:
        return work()
    except (WarroomError, OSError) as problem:
        sentences.append(str(problem))
        _save_bookmark(ledger, name, (now + RETRY).isoformat())
        return 0


def _load_witness_size(ledger: Ledger, place: witnesses.ConfiguredWitness) -> int:
    return int(_load_bookmark(ledger, f"witness.{place.name}") or 0)


def _load_bookmark(ledger: Ledger, name: str) -> str:
    with ledger.open_session() as session:
        mark = session.get(Bookmark, name)
        return mark.value if mark else ""


def _save_bookmark(ledger: Ledger, name: str, value: str) -> None:
    with ledger.open_session() as session:
        save_bookmark(session, name, value)
