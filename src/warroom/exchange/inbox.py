"""Taking answers in: what banks say, by inbox folder or HTTP, becomes rows of the lake and then moves the hold.

A file in the inbox is believed because the folder belongs to this house (0700); what comes by HTTP is
believed because the bank signed it. Either way an answer must be from the bank the order went to. What
is not believed is one sentence in the audit log and a file in `inbox/refused`, and changes nothing.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from warroom import clock, files
from warroom.errors import ExchangeError, NotBelieved, NotFound, NotUnderstood
from warroom.exchange import answers, signing
from warroom.exchange.banks import banks
from warroom.exchange.resolution import Said
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.ledger.audit import writing
from warroom.ledger.ledger import Ledger
from warroom.orders import outbox
from warroom.orders.events import record_answer
from warroom.orders.views import AnswerView
from warroom.records.mapping import Terms

PATH = "/api/v1/answers"
_UNFINISHED = (".part", ".tmp", ".draft")
_TERMS = Terms(legal_basis="answer to an order", purpose="carrying out holds and their ends")


@dataclass(frozen=True, slots=True)
class AnswersReport:
    """What came of a round: answers recorded, and a sentence for each that was not believed."""

    recorded: tuple[AnswerView, ...] = ()
    refused: tuple[str, ...] = ()


def read_answers(
    ledger: Ledger, handlers: outbox.Handlers, lake: Lake, home: Home, now: datetime | None = None
) -> AnswersReport:
    """Take in every finished file of the inbox; read files move to `inbox/read`, others to `inbox/refused`.

    Killed at any point, the next round does the rest: rows and answers are the same when they come twice.
    """
    now = now or clock.now()
    recorded: list[AnswerView] = []
    refused: list[str] = []
    for path in _finished(home.inbox):
        report = _take(ledger, handlers, lake, path.name, path.read_bytes(), None, now)
        recorded.extend(report.recorded)
        refused.extend(report.refused)
        _put_away(path, report)
    return AnswersReport(tuple(recorded), tuple(refused))


def receive_answer(
    ledger: Ledger,
    handlers: outbox.Handlers,
    lake: Lake,
    home: Home,
    body: bytes,
    headers: Mapping[str, str],
    now: datetime | None = None,
) -> AnswersReport:
    """Take in a bank's answer that came by `POST /api/v1/answers`.

    The signature must be by the key in banks.toml of the bank named as keyid, over method, path, digest
    and date. Raises NotBelieved where it is not, NotUnderstood where nothing in the body could be
    recorded.
    """
    bank = _signer(home, body, headers, now or clock.wall())
    now = now or clock.now()
    kind = {name.lower(): value for name, value in headers.items()}.get("content-type", "")
    report = _take(ledger, handlers, lake, f"from {bank}{answers.ending(kind)}", body, bank, now)
    if report.refused and not report.recorded:
        raise NotUnderstood(report.refused[0])
    return report


def _signer(home: Home, body: bytes, headers: Mapping[str, str], now: datetime) -> str:
    try:
        name = signing.key_id(headers)
        bank = banks(home).get(name)
        if bank is None:
            raise NotBelieved(f"'{name}' is no bank on file here; nothing was changed.")
        # Our own path and not the request's: a signature for another door must not open this one.
        parts = {"@method": "POST", "@path": PATH}
        signing.verify(bank.public_key, signing.ANSWER, parts, headers, body, now)
    except NotBelieved:
        raise
    except ExchangeError as problem:
        raise NotBelieved.like(problem) from None
    return name


def _take(
    ledger: Ledger,
    handlers: outbox.Handlers,
    lake: Lake,
    name: str,
    content: bytes,
    bank: str | None,
    now: datetime,
) -> AnswersReport:
    """All answers of one file or body, each for itself."""
    try:
        said = answers.read(name, content)
    except ExchangeError as problem:
        return AnswersReport(refused=(_refuse(ledger, name, problem.sentence, now),))
    recorded: list[AnswerView] = []
    refused: list[str] = []
    for one in said:
        try:
            recorded.append(_record(ledger, handlers, lake, one, bank, now))
        except (ExchangeError, NotFound) as problem:
            refused.append(_refuse(ledger, name, problem.sentence, now))
    return AnswersReport(tuple(recorded), tuple(refused))


def _record(
    ledger: Ledger, handlers: outbox.Handlers, lake: Lake, said: Said, bank: str | None, now: datetime
) -> AnswerView:
    """First a row of the lake, then the hold: what the hold rests on is there before the hold moves."""
    with ledger.session() as session:
        order = outbox.order(session, said.order)
    answer = answers.believe(said, order, bank, now)
    row = {
        "record_id": answers.record_id(said),
        "order_id": answer.order_id,
        "partner": answer.partner,
        "time": answer.time,
        "status": answer.status,
        "amount": said.amount,
        "text": answer.text or None,
    }
    # Numbered by the bank, or by its content: killed between here and the hold, the next round writes
    # nothing twice and moves the hold.
    lake.write("answers", [row], source=f"bank:{answer.partner}", terms=_TERMS)
    return record_answer(ledger, handlers, answer, now=now)


def _refuse(ledger: Ledger, name: str, sentence: str, now: datetime) -> str:
    with ledger.session() as session:
        writing.append(session, None, "answer.refused", "inbox", {"file": name, "why": sentence}, at=now)
    return sentence


def _finished(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.iterdir()
        if path.is_file() and not path.name.startswith(".") and not path.name.endswith(_UNFINISHED)
    )


def _put_away(path: Path, report: AnswersReport) -> None:
    place = path.parent / ("refused" if report.refused else "read")
    place.mkdir(mode=0o700, exist_ok=True)
    if report.refused:
        files.write(place / f"{path.name}.why.txt", "\n".join([*report.refused, ""]).encode())
    path.replace(_free_name(place, path))


def _free_name(place: Path, path: Path) -> Path:
    """A bank that names its files alike overwrites none: the second gets part of its digest in its name."""
    content = path.read_bytes()
    wanted = place / path.name
    if not wanted.exists() or wanted.read_bytes() == content:
        return wanted
    return place / f"{path.stem}.{hashlib.sha256(content).hexdigest()[:12]}{path.suffix}"
