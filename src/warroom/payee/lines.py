"""A check as a line of the journal: what was asked and answered, and what this house alone knows of why."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pydantic_core import to_json

from warroom.access.views import Partner
from warroom.errors import WarroomError
from warroom.home import Home
from warroom.payee.journal import HOUR, folder, hour_of, lines_of
from warroom.payee.views import Arm, CheckOutcome, PaymentAnswer, PendingPayment
from warroom.reasons.reason import Reason
from warroom.signals.payee import Checked


@dataclass(frozen=True, slots=True)
class Judged:
    """What was made of a payment. `flag`: of a payee for whom it counts what the flag brings about, 0 for none; `trial`: the
    one that runs, 0 for none.
    """

    checked: Checked
    flag: int = 0
    trial: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """What a line says of an answer that was given."""

    at: datetime
    partner: str
    payment: PendingPayment
    outcome: CheckOutcome
    reasons: tuple[Reason, ...]
    arm: Arm | Literal[""] = ""
    flag: int = 0
    trial: int = 0
    check: str = ""


def written(
    partner: Partner,
    payment: PendingPayment,
    said: PaymentAnswer | WarroomError,
    judged: Judged | None,
    at: datetime,
) -> bytes:
    """The line, without its end."""
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
    if isinstance(said, WarroomError):
        line["refused"] = type(said).__name__
    else:
        line |= {"check": said.check_id, "answer": said.outcome, "reasons": _plain(said.reasons)}
        if said.arm:
            line["arm"] = said.arm
    if judged is not None:
        checked = judged.checked
        line |= {"probability": round(checked.probability, 6), "model": checked.model_version}
        if judged.flag:
            line |= {"flag": judged.flag, "trial": judged.trial}
    return to_json(line)


def _plain(reasons: tuple[Reason, ...]) -> list[list[Any]]:
    return [[reason.code, dict(reason.params)] for reason in reasons]


def read(line: bytes) -> Line | None:
    """What a line says; None for a check that was refused."""
    told = json.loads(line)
    if "answer" not in told:
        return None
    payment = PendingPayment(
        told["payment"],
        told["payer_bank"],
        told["payer"],
        told["payee_bank"],
        told["payee"],
        told["amount"],
        told["currency"],
        datetime.fromisoformat(told["time"]),
        told["channel"],
        told["device"],
    )
    reasons = tuple(Reason(code, params) for code, params in told["reasons"])
    return Line(
        datetime.fromisoformat(told["at"]),
        told["partner"],
        payment,
        told["answer"],
        reasons,
        told.get("arm", ""),
        told.get("flag", 0),
        told.get("trial", 0),
        told["check"],
    )


def lately(home: Home, since: datetime) -> Iterator[Line]:
    """Answers of the journal since a moment, in their order."""
    hours = sorted(folder(home).iterdir(), key=hour_of) if folder(home).is_dir() else []
    for path in hours:
        # Hours sort as texts: files from before are not opened.
        if hour_of(path) >= since.strftime(HOUR):
            found = (read(line) for line in lines_of(path))
            yield from (line for line in found if line is not None and line.at >= since)
