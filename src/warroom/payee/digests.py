"""64-bit keyed digests of payments, accounts and pairs, and the ids of checks."""

import hashlib

from warroom.money.trail import BankAccount
from warroom.payee.views import PendingPayment

BYTES = 8
"""Digest size: at ten million payments a day, two collide in 64 bits about once in three hundred thousand days."""
APART = "\x1f"


class Digests:
    """Digests keyed with the home's secret, so that nobody outside can construct a collision."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def digest_payment(self, bank: str, payment_id: str) -> int:
        """The digest of one bank's payment."""
        return self._digest_parts("payment", bank, payment_id)

    def digest_account(self, bank: str, number: str) -> int:
        return self._digest_parts("account", bank, number)

    def digest_accounts(self, payer: BankAccount, payee: BankAccount) -> tuple[int, int]:
        return self._digest_parts("account", payer.bank, payer.number), self._digest_parts(
            "account", payee.bank, payee.number
        )

    def digest_at_bank(self, bank: str, payee: int) -> int:
        """The digest of a payee together with the bank that asks."""
        return self._digest_parts("of bank", bank, str(payee))

    def digest_pair(self, payer: int, payee: int) -> int:
        """The digest of a payer-payee pair, from their digests."""
        return self._digest_parts("pair", str(payer), str(payee))

    def draw_lot(self, trial: int, payer: int, payee: int) -> float:
        """A pair's uniform draw in a trial, in [0, 1): deterministic, and unpredictable without the secret."""
        return self._digest_parts("lot", str(trial), str(payer), str(payee)) / 2**64

    def draw_advice_lot(self, payer: int, payee: int) -> float:
        """A pair's uniform draw for the advice on payments, in [0, 1); the same for every rule, so that a pair stays in its arm."""
        return self._digest_parts("advice lot", str(payer), str(payee)) / 2**64

    def digest_content(self, payment: PendingPayment) -> int:
        """The digest of all fields of a payment except its id."""
        moment = payment.time.isoformat()
        return self._digest_parts(
            "content",
            payment.payer,
            payment.payee_bank,
            payment.payee,
            str(payment.amount),
            payment.currency,
            moment,
            payment.channel,
            payment.device,
        )

    def make_check_id(self, bank: str, payment_id: str) -> str:
        """The id of a check, in hexadecimal; the same for the same payment, also after a restart."""
        return f"{self._digest_parts('name', bank, payment_id):016x}"

    def _digest_parts(self, *parts: str) -> int:
        # The unit separator is in no account number, so that ('ab', 'c') and ('a', 'bc') differ.
        text = APART.join(parts).encode()
        return int.from_bytes(hashlib.blake2b(text, digest_size=BYTES, key=self._secret).digest(), "big")
