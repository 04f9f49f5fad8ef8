"""Short digests under a secret of the home: of payments, of accounts, and the names of checks."""

import hashlib

from warroom.money.trail import Account
from warroom.payee.views import PendingPayment

BYTES = 8
"""Two of a day's ten million payments meet under 64 bits once in three hundred thousand days."""
APART = "\x1f"


class Digests:
    """Keyed with the home's secret, so that nobody outside can make two that meet."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def payment(self, bank: str, payment_id: str) -> int:
        """Which payment of which bank."""
        return self._of("payment", bank, payment_id)

    def account(self, bank: str, number: str) -> int:
        return self._of("account", bank, number)

    def accounts(self, payer: Account, payee: Account) -> tuple[int, int]:
        return self._of("account", payer.bank, payer.number), self._of("account", payee.bank, payee.number)

    def of_bank(self, bank: str, payee: int) -> int:
        """Which payee, asked about by which bank."""
        return self._of("of bank", bank, str(payee))

    def pair(self, payer: int, payee: int) -> int:
        """Which payer with which payee, of their digests."""
        return self._of("pair", str(payer), str(payee))

    def lot(self, trial: int, payer: int, payee: int) -> float:
        """Where a pair falls in a trial, in [0, 1): always the same, and nobody can choose it without the secret."""
        return self._of("lot", str(trial), str(payer), str(payee)) / 2**64

    def content(self, payment: PendingPayment) -> int:
        """All that was said of a payment."""
        moment = payment.time.isoformat()
        return self._of(
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

    def name(self, bank: str, payment_id: str) -> str:
        """The name of a check, in hexadecimal; the same for the same payment, also after a new start."""
        return f"{self._of('name', bank, payment_id):016x}"

    def _of(self, *parts: str) -> int:
        # The unit separator stands in no account number, so that ('ab', 'c') and ('a', 'bc') differ.
        text = APART.join(parts).encode()
        return int.from_bytes(hashlib.blake2b(text, digest_size=BYTES, key=self._secret).digest(), "big")
