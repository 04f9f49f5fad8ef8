"""One key as the server holds it in memory: its hash, its scopes, its quota and its use."""

import hmac
from dataclasses import dataclass, field

from warroom.access.api_keys import secrets
from warroom.access.api_keys.quota import Quota
from warroom.access.views import Partner
from warroom.errors import NotAllowed


@dataclass(slots=True)
class Uses:
    """Requests since the counts were last written to the ledger."""

    asked: int = 0
    refused: int = 0


@dataclass(slots=True)
class ActiveKey:
    """A key that is in force. `uses` counts requests that are not yet in the ledger."""

    id: int
    hash: bytes
    scopes: frozenset[str]
    partner: Partner
    quota: Quota
    uses: Uses = field(default_factory=Uses)
    proved: bytes = b""

    def is_proved_by(self, pepper: bytes, text: str) -> bool:
        """Whether `text` is this key; compares in constant time.

        A key that was verified once is recognised later by a quick digest under a secret of this process.
        """
        quick = secrets.compute_quick_digest(text)
        if hmac.compare_digest(self.proved, quick):
            return True
        right = hmac.compare_digest(self.hash, secrets.hash_key(pepper, text))
        if right:
            self.proved = quick
        return right

    def count_request(self, scope: str, cost: int) -> None:
        """Count a request; raises NotAllowed for a scope the key lacks, QuotaSpent where its quota is used up."""
        self.uses.asked += cost
        try:
            if scope not in self.scopes:
                raise NotAllowed("access.key-scope-missing", scope=scope)
            self.quota.count_request(cost)
        except Exception:
            # It stays counted as asked: an administrator who reads the key's use sees that its program keeps
            # trying.
            self.uses.refused += cost
            raise
