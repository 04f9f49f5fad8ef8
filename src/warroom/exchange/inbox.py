"""Ingests banks' answers, from the inbox folder or HTTP: each becomes a row of the lake and then changes its hold.

A file in the inbox is trusted because only this installation can write the folder (0700); an HTTP request is
trusted because the bank signed it. Either way an answer must come from the bank that the order went to. A refused answer
gets a sentence in the audit log and a file in `inbox/refused`, and changes nothing. A fault in one answer affects only
that answer; only a fault of the installation (the lake is busy, the ledger down, the disk full) leaves a
file in place for the next round, and delays no other file.
"""

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from warroom import clock, files
from warroom.errors import (
    ExchangeError,
    HomeError,
    LakeError,
    LedgerError,
    NotBelieved,
    NotUnderstood,
    WarroomError,
)
from warroom.exchange import answers, signing, xml
from warroom.exchange.banks import load_banks
from warroom.exchange.resolution import ParsedAnswer
from warroom.exchange.text import fit_text
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.ledger.audit import writing
from warroom.ledger.ledger import Ledger
from warroom.orders import outbox
from warroom.orders.events import record_answer
from warroom.orders.views import AnswerView
from warroom.records.mapping import DeliveryTerms
from warroom.subjects import bank_names
from warroom.unwell import REASON

PATH = "/api/v1/answers"
# Endings that programs give to files they are still writing.
_UNFINISHED = (".part", ".tmp", ".draft")
# Characters of a reason for refusal: it goes into the log, a file and an HTTP answer. Chosen, not measured.
LONGEST_SENTENCE = 500
_TERMS = DeliveryTerms(legal_basis="answer to an order", purpose="carrying out holds and their ends")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AnswersReport:
    """The result of a round: answers recorded, and a sentence for each refused one."""

    recorded: tuple[AnswerView, ...] = ()
    refused: tuple[str, ...] = ()


def read_answers(
    ledger: Ledger, handlers: outbox.Handlers, lake: Lake, home: Home, now: datetime | None = None
) -> AnswersReport:
    """Ingest every finished file of the inbox; processed files move to `inbox/read`, faulty ones to `inbox/refused`.

    If it is killed at any point, the next round does the rest: repeated rows and answers change nothing. Raises the first
    fault of the installation, after every file has been tried.
    """
    now = now or clock.get_now()
    recorded: list[AnswerView] = []
    refused: list[str] = []
    lacked: Exception | None = None
    for path in _list_finished_files(home.inbox):
        try:
            report = _process_answers(ledger, handlers, lake, path.name, _read_content(path), None, now)
            _move_processed_file(path, report)
        except Exception as problem:
            if not _is_ours(problem):
                raise
            lacked = lacked or problem
            continue
        recorded.extend(report.recorded)
        refused.extend(report.refused)
    if lacked is not None:
        raise lacked
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
    """Ingest a bank's answer from `POST /api/v1/answers`.

    The signature must be by the key in banks.toml of the bank named as keyid, over method, path, digest
    and date. Raises NotBelieved for an invalid signature, NotUnderstood where nothing in the body could be
    recorded.
    """
    bank = _verify_signer(home, body, headers, now or clock.get_real_now())
    now = now or clock.get_now()
    kind = {name.lower(): value for name, value in headers.items()}.get("content-type", "")
    report = _process_answers(
        ledger, handlers, lake, f"from {bank}{answers.choose_file_ending(kind)}", body, bank, now
    )
    if report.refused and not report.recorded:
        raise NotUnderstood(report.refused[0])
    return report


def _verify_signer(home: Home, body: bytes, headers: Mapping[str, str], now: datetime) -> str:
    try:
        name = signing.key_id(headers)
        bank = load_banks(home).get(bank_names.get_active_table().spell_bank(name))
        if bank is None:
            raise NotBelieved(f"'{name}' is no bank on file here; nothing was changed.")
        # Our own path and not the request's: a signature for another endpoint must not be valid here.
        parts = {"@method": "POST", "@path": PATH}
        signing.verify(bank.public_key, signing.ANSWER, parts, headers, body, now)
    except NotBelieved:
        raise
    except ExchangeError as problem:
        raise NotBelieved.from_error(problem) from None
    return name


def _process_answers(
    ledger: Ledger,
    handlers: outbox.Handlers,
    lake: Lake,
    name: str,
    content: bytes,
    bank: str | None,
    now: datetime,
) -> AnswersReport:
    """Process all answers of one file or body, each independently."""
    try:
        replies = answers.parse_answers(name, content)
    except Exception as problem:
        return AnswersReport(refused=(_log_refusal(ledger, name, _explain_refusal(problem), now),))
    recorded: list[AnswerView] = []
    refused: list[str] = []
    for reply in replies:
        try:
            recorded.append(_record_partner_answer(ledger, handlers, lake, reply, bank, now))
        except Exception as problem:
            refused.append(_log_refusal(ledger, name, _explain_refusal(problem), now))
    return AnswersReport(tuple(recorded), tuple(refused))


def _is_ours(problem: Exception) -> bool:
    """Whether the fault is the installation's and not the answer's. Refusals of the ledger are subclasses of
    LedgerError; the class itself means that the ledger cannot be reached.
    """
    return type(problem) is LedgerError or isinstance(problem, HomeError | LakeError | OSError | MemoryError)


def _explain_refusal(problem: Exception) -> str:
    """The reason for refusing an answer; re-raises the problem where it is the installation's own."""
    if _is_ours(problem):
        raise problem
    # It may quote the partner's text, and goes into the log, a file and an answer: cut and cleaned.
    if isinstance(problem, WarroomError):
        return fit_text(problem.sentence, LONGEST_SENTENCE)
    kind = type(problem).__name__
    log.error("an answer cannot be kept: %s", kind)
    # Without the message: it may hold what the answer says about a person.
    return f"The answer cannot be kept ({kind}); ask the bank to send it again in its plain form."


def _record_partner_answer(
    ledger: Ledger,
    handlers: outbox.Handlers,
    lake: Lake,
    reply: ParsedAnswer,
    bank: str | None,
    now: datetime,
) -> AnswerView:
    """Write the answer to the lake, then apply it to the hold: the record exists before the hold changes."""
    with ledger.open_session() as session:
        order = outbox.load_order(session, reply.order)
    answer = answers.check_answer(reply, order, bank, now)
    row = {
        "record_id": answers.record_id(reply),
        "order_id": answer.order_id,
        "partner": answer.partner,
        "time": answer.time,
        "status": answer.status,
        "amount": reply.amount,
        "text": answer.text or None,
    }
    # Its id is the bank's or a digest of its content: if this is killed before the hold changes, the next
    # round writes no second row and changes the hold.
    lake.write_rows("answers", [row], source=f"bank:{answer.partner}", terms=_TERMS)
    return record_answer(ledger, handlers, answer, now=now)


def _log_refusal(ledger: Ledger, name: str, sentence: str, now: datetime) -> str:
    with ledger.open_session() as session:
        detail = {"file": fit_text(name, LONGEST_SENTENCE), "why": sentence}
        writing.write_audit_row(session, None, "answer.refused", "inbox", detail, at=now)
    return sentence


def _list_finished_files(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.iterdir()
        if path.is_file() and not path.name.startswith(".") and not path.name.endswith(_UNFINISHED)
    )


def _read_content(path: Path) -> bytes:
    """The content of a file, read no further than one byte over the limit."""
    with path.open("rb") as source:
        return source.read(xml.MAX_BYTES + 1)


def _move_processed_file(path: Path, report: AnswersReport) -> None:
    place = path.parent / ("refused" if report.refused else "read")
    place.mkdir(mode=0o700, exist_ok=True)
    goal = _free_name(place, path)
    if report.refused:
        files.write_atomically(
            goal.with_name(f"{goal.name}{REASON}"), "\n".join([*report.refused, ""]).encode()
        )
    path.replace(goal)


def _free_name(place: Path, path: Path) -> Path:
    """A target name that overwrites no other file: a second file of the same name gets part of its digest."""
    stem, suffix = files.shorten_name(path)
    wanted = place / f"{stem}{suffix}"
    if not wanted.exists() or _hash_file(wanted) == (digest := _hash_file(path)):
        return wanted
    return place / f"{stem}.{digest[:12]}{suffix}"


def _hash_file(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()
