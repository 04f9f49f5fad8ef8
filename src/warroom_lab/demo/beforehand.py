"""What the morning's officers of a demo decided before the exercise begins, so that its first minutes have payments that wait.

They are invented, as all of the demo, and decide as anybody would: with a reason, by their own names, two where two are needed.
"""

from warroom.access.officers import list_officers
from warroom.errors import NotPossible
from warroom.incoming import decisions
from warroom.lake.lake import Lake
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.money.trail import BankAccount
from warroom.payee import advice_decisions
from warroom.signals import store
from warroom.signals.kinds import FIRST

WAIT_FROM, ASK_FROM, HELD_OUT = 0.5, 0.8, 0.05
"""Thresholds of the advice on payments: those that its form begins with."""
MOST_HOLDS = 5
"""Accounts whose incoming payments wait from the morning on; the other signals are left to anyone who plays."""
ADVICE_REASON = "เริ่มเวรเช้า ตามเกณฑ์ที่วัดไว้ / The morning shift, by the thresholds as measured."
HOLD_REASON = "เวรเช้า: เงินจากหลายคนเข้ามาแล้วออกไปในชั่วโมงเดียว / Morning shift: money of many people leaves within the hour."


def decide_beforehand(ledger: Ledger, lake: Lake) -> None:
    """Put advice on payments into effect, and ask banks to let what comes in to the likeliest accounts wait."""
    staff = {officer.username: officer for officer in list_officers(ledger)}
    first, second = staff["officer2"], staff["supervisor"]
    _put_advice_into_effect(ledger, first, second)
    _begin_holds(ledger, lake, first)


def _put_advice_into_effect(ledger: Ledger, first: Officer, second: Officer) -> None:
    advice_decisions.propose_advice_rule(
        ledger, first, WAIT_FROM, ASK_FROM, HELD_OUT, ADVICE_REASON, "beforehand-proposed"
    )
    proposed = advice_decisions.measure_advice(ledger, first).proposed
    assert proposed is not None
    advice_decisions.confirm_advice_rule(ledger, second, proposed.id, "beforehand-confirmed")


def _begin_holds(ledger: Ledger, lake: Lake, officer: Officer) -> None:
    """Holds that one officer may begin alone; the account of a shop or of somebody who was cheated is left."""
    begun = 0
    for signal in store.load_last_run(lake, FIRST.name):
        account = BankAccount(signal.subject.bank, signal.subject.number)
        try:
            hold = decisions.begin_hold(
                ledger,
                lake,
                officer,
                account,
                HOLD_REASON,
                f"beforehand-{account.number}",
                signal_id=signal.record_id,
            )
        except NotPossible:
            continue
        begun += hold.state == "approved"
        if begun == MOST_HOLDS:
            return
