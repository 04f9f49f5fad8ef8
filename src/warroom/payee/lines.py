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
from warroom.payee.advice import GO_ON, NOT_LOOKED_AT, JudgedAdvice
from warroom.payee.journal import HOUR, iter_lines, journal_folder, parse_hour
from warroom.payee.views import Advice, Arm, CheckOutcome, PaymentAdvice, PaymentAnswer, PendingPayment
from warroom.reasons.reason import Reason
from warroom.signals.payee import CheckedPayment


@dataclass(frozen=True, slots=True)
class PaymentJudgement:
    """The judgement of a payment. `flag`: the id of the flag whose effect this payment measures, 0 for none; `trial`: the
    id of the running trial, 0 for none; `advice`: what the look at the payment found.
    """

    checked: CheckedPayment
    flag: int = 0
    trial: int = 0
    advice: JudgedAdvice = NOT_LOOKED_AT


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
    advice: PaymentAdvice | None = None
    would: Advice = "go_on"
    advice_arm: Arm | Literal[""] = ""
    advice_rule: int = 0
    pair: int = 0
    share: float = 0.0


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
        if answer.advice is not None:
            line |= _format_advice(answer.advice)
    if judged is not None:
        checked = judged.checked
        line |= {"probability": round(checked.probability, 6), "model": checked.model_version}
        if judged.flag:
            line |= {"flag": judged.flag, "trial": judged.trial}
        line |= _format_look(judged.advice)
    return to_json(line)


def _format_advice(advice: PaymentAdvice) -> dict[str, Any]:
    """What the bank was advised; the reasons where it was to hold the payment back."""
    if advice.advice == "go_on":
        return {"advice": "go_on"}
    return {
        "advice": advice.advice,
        "why": _to_plain_reasons(advice.reasons),
        "doubts": _to_plain_reasons(advice.doubts),
    }


def _format_look(judged: JudgedAdvice) -> dict[str, Any]:
    """What the look found, which the bank does not see: arm and rule where the payment is held back, or would be."""
    if judged.looked is None:
        return {}
    line: dict[str, Any] = {"share": round(judged.looked.share, 6), "looked": judged.looked.version}
    if judged.rule and judged.would != "go_on":
        line |= {"would": judged.would, "advice_arm": judged.arm, "rule": judged.rule, "pair": judged.pair}
    return line


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
    return AnswerLine(
        datetime.fromisoformat(body["at"]),
        body["partner"],
        payment,
        body["answer"],
        _parse_reasons(body["reasons"]),
        body.get("arm", ""),
        body.get("flag", 0),
        body.get("trial", 0),
        body["check"],
        _parse_advice(body),
        body.get("would", "go_on"),
        body.get("advice_arm", ""),
        body.get("rule", 0),
        body.get("pair", 0),
        body.get("share", 0.0),
    )


def _parse_reasons(plain: list[list[Any]]) -> tuple[Reason, ...]:
    return tuple(Reason(code, params) for code, params in plain)


def _parse_advice(body: dict[str, Any]) -> PaymentAdvice | None:
    advice = body.get("advice")
    if advice is None:
        return None
    if advice == "go_on":
        return GO_ON
    return PaymentAdvice(advice, _parse_reasons(body["why"]), _parse_reasons(body["doubts"]))


def iter_lines_since(home: Home, since: datetime) -> Iterator[AnswerLine]:
    """Answers of the journal since a moment, in their order."""
    hours = sorted(journal_folder(home).iterdir(), key=parse_hour) if journal_folder(home).is_dir() else []
    for path in hours:
        # Names of hours sort as text: files of earlier hours are not opened.
        if parse_hour(path) >= since.strftime(HOUR):
            found = (parse_line(line) for line in iter_lines(path))
            yield from (line for line in found if line is not None and line.at >= since)
