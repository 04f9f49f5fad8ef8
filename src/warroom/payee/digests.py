"""Short digests under a secret of the home: of payments, of accounts, and the names of checks."""

import hashlib

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
