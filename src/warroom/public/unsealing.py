"""What lies sealed of a report, opened with the room's key: only what an officer opened is asked for here."""

import hashlib

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.errors import LedgerError
from warroom.ledger.ledger import Ledger
from warroom.public.keys import seal_key
from warroom.public.outside.sealing import unseal
from warroom.public.schema import Submission
from warroom.public.views import Attached

Unsealed = tuple[tuple[tuple[str, str], ...], tuple[Attached, ...], list[bytes]]


def unseal_submission(ledger: Ledger, session: Session, submission: int) -> Unsealed | None:
    """What a submission says, its files, and their bytes; None where the room's key does not open it or it says nothing whole."""
    sealed = session.scalar(select(Submission.sealed).where(Submission.id == submission))
    try:
        body, content = unseal(seal_key(ledger.home), sealed or b"")
        fields = tuple((name, str(value)) for name, value in body["said"].items() if value)
        files, parts, at = [], [], 0
        for place, file in enumerate(body["files"]):
            part = content[at : at + int(file["size"])]
            at += len(part)
            if hashlib.sha256(part).hexdigest() == file["sha256"]:
                files.append(Attached(submission, place, str(file["media"]), len(part)))
                parts.append(part)
        return fields, tuple(files), parts
    except (LedgerError, ValueError, KeyError, TypeError, AttributeError):
        return None
