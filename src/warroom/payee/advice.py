"""What a bank is advised to do with a payment: go on, let it wait an hour, or let a person ask the payer.

The look at the payment gives a probability, two officers say from which one on (`advice_rules`), the bank decides, and a
payer who says that the payment is meant is not held up for that payee again. Without a rule in effect every payment is looked at
and nothing is said.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from warroom import clock
from warroom.access.views import Partner
from warroom.errors import NotFound
from warroom.ledger.audit import writing
from warroom.ledger.ledger import Ledger
from warroom.payee.digests import Digests
from warroom.payee.schema import AdvicePayment, AdviceRule, MeantPair
from warroom.payee.views import Advice, Arm, PaymentAdvice
from warroom.reasons.reason import Reason

if TYPE_CHECKING:
    from warroom.signals.payments.look import LookedAt

WAIT_SECONDS = 3_600
"""How long a payment is advised to wait: time to call somebody, and past the hour in which most stolen money moves on."""
QUESTION = Reason("payment_question")
"""What the bank asks the payer meanwhile."""
MEANT_LASTS = timedelta(days=180)
"""How long a payer's word holds for a payee: half a year of instalments. Chosen, not measured."""
GO_ON = PaymentAdvice("go_on")


@dataclass(frozen=True, slots=True)
class RuleInForce:
    """The rule as checks need it. `until`: microseconds since 1970; `id` 0 where none is in effect."""

    id: int = 0
    wait_from: float = 1.0
    ask_from: float = 1.0
    held_out: float = 0.0
    until: int = 0


@dataclass(frozen=True, slots=True)
class JudgedAdvice:
    """What the look found of one payment, for the journal. `would`: what the thresholds say, whatever the arm; `arm` is empty
    where no rule is in effect.
    """

    looked: "LookedAt | None" = None
    rule: int = 0
    would: Advice = "go_on"
    arm: Arm | Literal[""] = ""
    shown: PaymentAdvice | None = None
    pair: int = 0


NOT_LOOKED_AT = JudgedAdvice()


class AdviceInForce:
    """The rule and the payers' word, in memory; refreshed by one thread while checks read."""

    def __init__(self, digests: Digests) -> None:
        self._digests = digests
        self.rule = RuleInForce()
        self._meant: dict[int, int] = {}

    def refresh_rule(self, ledger: Ledger) -> None:
        """Load the rule that is in effect. Raises LedgerError, and then the known one stays in use."""
        with ledger.open_session() as session:
            row = session.scalars(select(AdviceRule).where(AdviceRule.state == "in_effect")).first()
            self.rule = (
                RuleInForce(row.id, row.wait_from, row.ask_from, row.held_out, clock.to_micros(row.until))
                if row is not None and row.until is not None
                else RuleInForce()
            )

    def load_meant_pairs(self, ledger: Ledger) -> None:
        """Load what payers said before a restart."""
        with ledger.open_session() as session:
            rows = session.execute(select(MeantPair.pair, MeantPair.until)).all()
            self._meant = {int(pair): clock.to_micros(until) for pair, until in rows}

    def record_meant(
        self, ledger: Ledger, partner: Partner, check_id: str, payer: int, payee: int, now: datetime
    ) -> datetime:
        """Remember that a payer means to pay a payee, in the ledger and its log; returns until when. Raises NotFound for a check
        whose payment was not held back or is of other accounts, LedgerError.
        """
        pair, until = to_signed(self._digests.digest_pair(payer, payee)), now + MEANT_LASTS
        words = insert(MeantPair).values(pair=pair, partner=partner.code, at=now, until=until)
        mine = (AdvicePayment.check_id == check_id, AdvicePayment.partner == partner.code)
        with ledger.open_session() as session:
            if session.scalar(select(AdvicePayment.pair).where(*mine)) != pair:
                raise NotFound("payee.no-such-payment")
            session.execute(
                words.on_conflict_do_update(index_elements=["pair"], set_={"at": now, "until": until})
            )
            detail = {"partner": partner.code, "until": until}
            writing.write_audit_row(session, None, "payee.meant", f"payee-check:{check_id}", detail, at=now)
        self._meant[pair] = clock.to_micros(until)
        return until

    def is_meant(self, payer: int, payee: int, now: int) -> bool:
        """Whether the payer said that payments to this payee are meant; `now`: microseconds."""
        return self._meant.get(to_signed(self._digests.digest_pair(payer, payee)), 0) > now

    def judge_payment(self, looked: "LookedAt | None", payer: int, payee: int, now: int) -> JudgedAdvice:
        """What is advised; `now`: microseconds."""
        rule = self.rule
        if not rule.id or rule.until <= now:
            return JudgedAdvice(looked)
        if looked is None:
            # Too small a sum, or no look: one shape of answers all the same.
            return JudgedAdvice(rule=rule.id, shown=GO_ON)
        would = _choose_advice(looked.share, rule)
        held_out = self._digests.draw_advice_lot(payer, payee) < rule.held_out
        arm: Arm = "held_out" if held_out else "told"
        pair = to_signed(self._digests.digest_pair(payer, payee)) if would != "go_on" else 0
        if would == "go_on" or held_out or self.is_meant(payer, payee, now):
            return JudgedAdvice(looked, rule.id, would, arm, GO_ON, pair)
        shown = PaymentAdvice(would, looked.reasons, looked.doubts)
        return JudgedAdvice(looked, rule.id, would, arm, shown, pair)


def _choose_advice(share: float, rule: RuleInForce) -> Advice:
    if share >= rule.ask_from:
        return "ask_person"
    return "wait" if share >= rule.wait_from else "go_on"


def to_signed(key: int) -> int:
    """A digest of 64 bits as the database keeps it."""
    return key - (1 << 64) if key >= 1 << 63 else key
