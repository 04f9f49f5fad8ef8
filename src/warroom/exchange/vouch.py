"""Having the log vouched for: each checkpoint is stamped by a time-stamping service and handed to the witnesses.

Who is away is asked again later, and nothing waits for them. An exercise home asks nobody.
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
from warroom.ledger.bookmarks import keep_bookmark
from warroom.ledger.ledger import Ledger
from warroom.ledger.schema import Bookmark

RETRY = timedelta(minutes=5)
TIMEOUT = 10.0
LARGEST = 1 << 16  # a stamp with its certificates is a few kilobytes, a cosignature a line
STAMP = "vouch.stamp"


@dataclass(frozen=True, slots=True)
class VouchReport:
    """What one round did: checkpoints stamped, witnesses handed a checkpoint, cosignatures kept."""

    stamped: int = 0
    handed: int = 0
    cosigned: int = 0
    sentences: tuple[str, ...] = ()


def vouch(ledger: Ledger, home: Home, now: datetime) -> VouchReport:
    """Do what is due at `now`; in an exercise or demo home nothing. Raises SettingError for a wrong setting."""
    if home.exercise:
        return VouchReport()
    sentences: list[str] = []
    stamped = 0
    if settings.text("WARROOM_TIMESTAMP_URL"):
        stamped = _later(ledger, STAMP, now, sentences, lambda: stamp(ledger, home, now))
    handed = _hand_all(ledger, home, now, sentences)
    cosigned = sum(witnesses.take_cosignatures(ledger, place) for place in witnesses.configured())
    return VouchReport(stamped, handed, cosigned, tuple(sentences))


def witnessed(ledger: Ledger, home: Home, now: datetime) -> bool:
    """Sign a checkpoint and hand it over at once; whether a witness now holds every row there was."""
    rows = reading.size(ledger)
    checkpoints.checkpoint(ledger, now)
    _hand_all(ledger, home, now, [])
    return any(_held(ledger, place) >= rows for place in witnesses.configured())


def _hand_all(ledger: Ledger, home: Home, now: datetime, sentences: list[str]) -> int:
    return sum(
        _later(ledger, f"vouch.{place.name}", now, sentences, partial(hand, ledger, home, place))
        for place in witnesses.configured()
    )


def stamp(ledger: Ledger, home: Home, now: datetime) -> int:
    """Have the newest checkpoint stamped, once an hour; returns how many were.

    Raises ExchangeError where the service cannot be reached or answers what is not believed.
    """
    service = settings.text("WARROOM_TIMESTAMP_URL")
    if not service:
        return 0
    refuse_exercise(home)
    roots = stamps.authorities()
    done = 0
    for size, note in stamps.waiting(ledger, now):
        kind = {"content-type": "application/timestamp-query"}
        status, answer = _post(service, stamps.request(note), kind)
        problem = (
            stamps.problem(note, answer, roots) if status == 200 else f"was refused with status {status}"
        )
        if problem:
            raise ExchangeError(
                f"The stamp of the checkpoint at row {size} {problem}; it is asked for again."
            )
        stamps.keep(ledger, size, service, answer, now)
        done += 1
    return done


def hand(ledger: Ledger, home: Home, place: witnesses.Place) -> int:
    """Hand the newest checkpoint to one witness; returns 1 where they had it not yet.

    Raises ExchangeError where they are away or refuse; a refusal is a row of the log.
    """
    note = checkpoints.last_signed(ledger)
    if note is None or _held(ledger, place) >= note.size:
        return 0
    refuse_exercise(home)
    if place.folder is not None:
        witnesses.hand_over(ledger, place.folder)
    else:
        _ask(ledger, place, note)
    _set(ledger, f"witness.{place.name}", str(note.size))
    return 1


def _ask(ledger: Ledger, place: witnesses.Place, note: signed_notes.Note) -> None:
    """POST add-checkpoint of C2SP tlog-witness; 409 tells which size they hold, and is asked once more from there."""
    address = f"{place.words.rstrip('/')}/add-checkpoint"
    status, answer = _post(address, witnesses.request(ledger, _held(ledger, place), note).encode())
    # Once and no more: a witness that answers ever other sizes must not keep the round busy.
    if status == 409 and (held := answer.strip()).isdigit() and int(held) <= note.size:
        status, answer = _post(address, witnesses.request(ledger, int(held), note).encode())
    if status != 200:
        with ledger.session() as session:
            detail = {"size": note.size, "status": status}
            writing.append(session, None, "witness.refused", f"witness:{place.name}", detail)
        raise ExchangeError(
            f"The witness {place.name} refused the checkpoint at row {note.size} (status {status}); "
            "if it says that the log was rewritten, verify it."
        )
    if place.key and not witnesses.keep(ledger, place.key, note.size, answer.decode("utf-8", "replace")):
        raise ExchangeError(
            f"What {place.name} answered is no cosignature of the checkpoint at row {note.size}."
        )


def _post(address: str, content: bytes, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
    try:
        # No redirect: the log's state goes to the address that was configured, and nowhere that it points to.
        with httpx.Client(timeout=TIMEOUT, follow_redirects=False) as client:
            answer = client.post(address, content=content, headers=headers)
    except (httpx.HTTPError, httpx.InvalidURL) as problem:
        raise ExchangeError(
            f"{address} could not be reached ({type(problem).__name__}); tried again later."
        ) from None
    if len(answer.content) > LARGEST:
        raise ExchangeError(f"{address} answered more than {LARGEST // 1024} KiB; it is no such service.")
    return answer.status_code, answer.content


def _later(ledger: Ledger, name: str, now: datetime, sentences: list[str], work: Callable[[], int]) -> int:
    """Do it, unless it failed a short while ago; a failure is a sentence and another try later."""
    pause = _get(ledger, name)
    # One that a clock set ahead wrote down is over: nobody would be asked until then.
    if pause and timedelta(0) < datetime.fromisoformat(pause) - now <= RETRY:
        return 0
    try:
        return work()
    except (WarroomError, OSError) as problem:
        sentences.append(str(problem))
        _set(ledger, name, (now + RETRY).isoformat())
        return 0


def _held(ledger: Ledger, place: witnesses.Place) -> int:
    return int(_get(ledger, f"witness.{place.name}") or 0)


def _get(ledger: Ledger, name: str) -> str:
    with ledger.session() as session:
        mark = session.get(Bookmark, name)
        return mark.value if mark else ""


def _set(ledger: Ledger, name: str, value: str) -> None:
    with ledger.session() as session:
        keep_bookmark(session, name, value)
