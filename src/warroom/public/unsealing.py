"""Decrypts a submission with the room's key, for reports that an officer has opened."""

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
    """A submission's fields, its files and their bytes; None where it cannot be decrypted or is malformed."""
    sealed = session.scalar(select(Submission.sealed).where(Submission.id == submission))
    try:
        body, content = unseal(seal_key(ledger.home), sealed or b"")
        fields = tuple((name, str(value)) for name, value in body["said"].items() if value)
        files, parts, at = [], [], 0
        for place, file in enumerate(body["files"]):
            part = content[at : at + int(file["size"])]
            at += len(part)
            # A file that does not have its declared hash is left out: the reporter's receipt covers that
            # hash.
            if hashlib.sha256(part).hexdigest() == file["sha256"]:
                files.append(Attached(submission, place, str(file["media"]), len(part)))
                parts.append(part)
        return fields, tuple(files), parts
    except (LedgerError, ValueError, KeyError, TypeError, AttributeError):
        return None
