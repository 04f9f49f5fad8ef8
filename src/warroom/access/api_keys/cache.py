"""One key as the server holds it: what proves it, what it opens, and how much it was used."""

import hmac
from dataclasses import dataclass, field

from warroom.access.api_keys import secrets
from warroom.access.api_keys.quota import Quota
from warroom.access.views import Partner
from warroom.errors import NotAllowed


@dataclass(slots=True)
class Uses:
    """Requests since they were last written down."""

    asked: int = 0
    refused: int = 0


@dataclass(slots=True)
class ActiveKey:
    """A key that is in force. `uses` counts what the ledger does not know yet."""

    id: int
    hash: bytes
    scopes: frozenset[str]
    partner: Partner
    quota: Quota
    uses: Uses = field(default_factory=Uses)
    proved: bytes = b""

    def is_proved_by(self, pepper: bytes, text: str) -> bool:
        """Whether this is the key, in a time that tells nothing about how much of it is right.

        A key that was proved once is known again by a quick digest under a secret of this process.
        """
        quick = secrets.compute_quick_digest(text)
        if hmac.compare_digest(self.proved, quick):
            return True
        right = hmac.compare_digest(self.hash, secrets.hash_key(pepper, text))
        if right:
            self.proved = quick
        return right

    def count_request(self, scope: str, cost: int) -> None:
        """Count a request; raises NotAllowed for what the key does not open, QuotaSpent where it asked enough."""
        self.uses.asked += cost
        try:
            if scope not in self.scopes:
                raise NotAllowed("access.key-scope-missing", scope=scope)
            self.quota.count_request(cost)
        except Exception:
            # Counted as asked all the same: whoever looks at a key's use sees that its program keeps
            # knocking.
            self.uses.refused += cost
            raise
