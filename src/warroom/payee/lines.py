"""A check as a line of the journal: query, answer, and the internal grounds that the bank does not see."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pydantic_core import to_json

from warroom.access.views import Partner
from warroom.errors import WarroomError
from warroom.home import Home
from warroom.payee.journal import HOUR, iter_lines, journal_folder, parse_hour
from warroom.payee.views import Arm, CheckOutcome, PaymentAnswer, PendingPayment
from warroom.reasons.reason import Reason
from warroom.signals.payee import CheckedPayment


@dataclass(frozen=True, slots=True)
class PaymentJudgement:
    """The judgement of a payment. `flag`: the id of the flag whose effect this payment measures, 0 for none; `trial`: the
    id of the running trial, 0 for none.
    """

    checked: CheckedPayment
    flag: int = 0
    trial: int = 0


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """A parsed line of a given answer."""

    at: datetime
    partner: str
    payment: PendingPayment
    outcome: CheckOutcome
    reasons: tuple[Reason, ...]
    arm: Arm | Literal[""] = ""
    flag: int = 0
    trial: int = 0
    check: str = ""


def format_line(
    partner: Partner,
    payment: PendingPayment,
    answer: PaymentAnswer | WarroomError,
    judged: PaymentJudgement | None,
    at: datetime,
) -> bytes:
    """The line as JSON, without a line feed."""
    line: dict[str, Any] = {
        "at": at.isoformat(),
        "partner": partner.code,
        "key": partner.prefix,
        "payment": payment.payment_id,
        "payer_bank": payment.payer_bank,
        "payer": payment.payer,
        "payee_bank": payment.payee_bank,
        "payee": payment.payee,
        "amount": payment.amount,
        "currency": payment.currency,
        "time": payment.time.isoformat(),
        "channel": payment.channel,
        "device": payment.device,
    }
    if isinstance(answer, WarroomError):
        line["refused"] = type(answer).__name__
    else:
        line |= {
            "check": answer.check_id,
            "answer": answer.outcome,
            "reasons": _to_plain_reasons(answer.reasons),
        }
        if answer.arm:
            line["arm"] = answer.arm
    if judged is not None:
        checked = judged.checked
        line |= {"probability": round(checked.probability, 6), "model": checked.model_version}
        if judged.flag:
            line |= {"flag": judged.flag, "trial": judged.trial}
    return to_json(line)


def _to_plain_reasons(reasons: tuple[Reason, ...]) -> list[list[Any]]:
    return [[reason.code, dict(reason.params)] for reason in reasons]


def parse_line(line: bytes) -> AnswerLine | None:
    """Parse a line; None for a refused check."""
    body = json.loads(line)
    if "answer" not in body:
        return None
    payment = PendingPayment(
        body["payment"],
        body["payer_bank"],
        body["payer"],
        body["payee_bank"],
        body["payee"],
        body["amount"],
        body["currency"],
        datetime.fromisoformat(body["time"]),
        body["channel"],
        body["device"],
    )
    reasons = tuple(Reason(code, params) for code, params in body["reasons"])
    return AnswerLine(
        datetime.fromisoformat(body["at"]),
        body["partner"],
        payment,
        body["answer"],
        reasons,
        body.get("arm", ""),
        body.get("flag", 0),
        body.get("trial", 0),
        body["check"],
    )


def iter_lines_since(home: Home, since: datetime) -> Iterator[AnswerLine]:
    """Answers of the journal since a moment, in their order."""
    hours = sorted(journal_folder(home).iterdir(), key=parse_hour) if journal_folder(home).is_dir() else []
    for path in hours:
        # Names of hours sort as text: files of earlier hours are not opened.
        if parse_hour(path) >= since.strftime(HOUR):
            found = (parse_line(line) for line in iter_lines(path))
            yield from (line for line in found if line is not None and line.at >= since)
