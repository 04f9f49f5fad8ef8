"""The check before a payment, for banks' programs. `web.payee.door` answers it; this module has the shapes of requests and answers."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, JsonValue
from starlette.requests import Request
from starlette.responses import Response

from warroom.payee.advice import QUESTION, WAIT_SECONDS
from warroom.payee.views import Advice, Arm, CheckOutcome, PaymentAdvice, PaymentAnswer, PendingPayment
from warroom.reasons.reason import Reason, render
from warroom.web.kit.api import Answer, BahtIn, Body, Moment, Problem, make_area_router

router = make_area_router("partners")
Bank = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,16}$", examples=["B01"])]
Number = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,34}$", examples=["1112223334"])]
Channel = Literal["transfer", "qr", "card", "cash", "crypto", "abroad", "goods", "batch", "other"]
PaymentId = Annotated[str, Field(pattern=r"^[A-Za-z0-9._:/-]{1,64}$")]
EXAMPLE: dict[str, JsonValue] = {
    "payment_id": "PAY-20261124-000731",
    "payer_bank": "B01",
    "payer": "1112223334",
    "payee_bank": "B02",
    "payee": "5556667778",
    "amount": "49500.00",
    "currency": "THB",
    "time": "2026-11-24T09:31:04+07:00",
    "channel": "transfer",
}
# Bytes; a check has a few short fields. Chosen, not measured.
LARGEST_BODY = 4 * 1024


class PaymentIn(Body):
    """A payment of the asking bank's own customer that waits. `payment_id` is the bank's own, and names one payment."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    payment_id: PaymentId
    payer_bank: Bank
    payer: Number
    payee_bank: Bank
    payee: Number
    amount: BahtIn
    currency: Literal["THB"]
    time: Moment
    channel: Channel
    device: Annotated[str, Field(max_length=100, pattern=r"^[^\x00-\x1f]*$")] = ""

    def to_pending_payment(self) -> PendingPayment:
        """The same for the desk."""
        return PendingPayment(
            self.payment_id,
            self.payer_bank,
            self.payer,
            self.payee_bank,
            self.payee,
            self.amount,
            self.currency,
            self.time,
            self.channel,
            self.device,
        )


class CheckReason(Answer):
    """Why, or what to do now: it may be shown to the payer as it is, and never speaks of the payee."""

    code: str
    th: str
    en: str


class AdviceOut(Answer):
    """By the look at the payment itself: let it go on, let it wait `wait_seconds`, or let a person of the bank ask the payer
    first; the bank decides. Empty for `go_on`: `question` for the payer, why to stop, and what speaks for the payment.
    """

    advice: Advice
    wait_seconds: int | None = None
    question: CheckReason | None = None
    reasons: list[CheckReason]
    speaks_for_it: list[CheckReason]


class CheckOut(Answer):
    """What to do with the payment: let it go, warn the payer, or let a person of the bank look first. `arm` is there while a
    trial runs: of which arm this pair of payer and payee is, whether or not anything speaks against the payee. `advice` is
    there while officers have thresholds for it in effect; the stronger of the two counts.
    """

    check_id: str
    payment_id: str
    answer: CheckOutcome
    reasons: list[CheckReason]
    arm: Arm | None = None
    advice: AdviceOut | None = None


def to_check_answer(answer: PaymentAnswer) -> dict[str, object]:
    """An answer as `CheckOut` has it."""
    body: dict[str, object] = {
        "check_id": answer.check_id,
        "payment_id": answer.payment_id,
        "answer": answer.outcome,
        "reasons": _render_reasons(answer.reasons),
    }
    if answer.arm:
        body["arm"] = answer.arm
    if answer.advice is not None:
        body["advice"] = _to_advice(answer.advice)
    return body


def _to_advice(advice: PaymentAdvice) -> dict[str, object]:
    is_held_back = advice.advice != "go_on"
    return {
        "advice": advice.advice,
        "wait_seconds": WAIT_SECONDS if is_held_back else None,
        "question": _render_reasons((QUESTION,))[0] if is_held_back else None,
        "reasons": _render_reasons(advice.reasons),
        "speaks_for_it": _render_reasons(advice.doubts),
    }


def _render_reasons(reasons: tuple[Reason, ...]) -> list[dict[str, str]]:
    return [
        {"code": reason.code, "th": render(reason, "th"), "en": render(reason, "en")} for reason in reasons
    ]


@router.post(
    "/payee-check",
    may=("key:payee-check",),
    response_model=CheckOut,
    summary="Check a pending payment",
    response_description="What to do with the payment, and why.",
    responses={
        429: {
            "model": Problem,
            "description": "The key's quota is spent, or the payer asks too widely",
            "headers": {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds to wait"}},
        }
    },
    openapi_extra={
        "security": [{"PartnerKey": []}],
        # Said by hand: the door reads the body itself, so FastAPI knows nothing of it.
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": PaymentIn.model_json_schema()}},
        },
    },
)
async def payee_check(request: Request) -> Response:
    """Whether anything speaks against a payment that waits at the asking bank.

    Asked with the bank's own key. The same payment again is answered the same; its id with other content is 409, another
    bank's customer 403, a payment that does not wait by its time 409. Nothing here holds a payment.
    """
    status, headers, body = await request.app.state.payee_door.answer_check(request.scope, request.receive)
    response = Response(body, status)
    response.raw_headers = headers
    return response
