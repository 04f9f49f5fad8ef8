"""A signal: a suspicious subject with probability, reasons for and against, and the moment it is as of."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from warroom.reasons.reason import Reason
from warroom.subjects.subject import Subject

SCREENING = "propose_screening"
"""The code of the reason that asks for a screening: somebody else may run the account."""
EVIDENCE = 40
"""Record ids that a signal carries at most; each reason has its own, fewer."""


@dataclass(frozen=True, slots=True)
class Signal:
    """One suspicious subject: an account that behaves like a mule's, a page whose adverts look like lures, a
    scam message, a host that imitates another.

    `kind` is a name of `signals/kinds.py`. `probability` in [0, 1] is calibrated, of names a rank alone; `rank` counts from 1 in its run.

    `reasons` and `innocent` carry the record ids that show them. Only what was received by `as_of` was used. A signal
    is about this subject alone: it says nothing of its holder's other accounts, and nothing is held because of it.
    """

    kind: str
    subject: Subject
    probability: float
    rank: int
    reasons: tuple[Reason, ...]
    innocent: tuple[Reason, ...]
    as_of: datetime
    model_version: str

    @property
    def record_id(self) -> str:
        """A hash of subject, run and model: writing a run twice leaves one row."""
        text = "|".join((self.kind, str(self.subject), self.as_of.isoformat(), self.model_version))
        return "S" + sha256(text.encode()).hexdigest()[:24]

    @property
    def evidence(self) -> tuple[str, ...]:
        """The records that show the reasons, each once."""
        # In the order of the reasons, so that what is cut off belongs to the last of them.
        return tuple(dict.fromkeys(_iter_record_ids(self.reasons)))[:EVIDENCE]

    @property
    def screening(self) -> bool:
        """Whether its reasons ask for a screening of the holder."""
        return any(reason.code == SCREENING for reason in self.reasons)


def _iter_record_ids(reasons: Iterable[Reason]) -> Iterable[str]:
    for reason in reasons:
        yield from reason.evidence
