"""Time stamps of checkpoints (RFC 3161): kept in the ledger and beside it, checked against the authority's root.

`warroom.exchange` calls the service; this module builds the request, stores the answer and checks it.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from warroom import files, settings
from warroom.errors import SettingError
from warroom.ledger.audit.checkpoints import get_checkpoint_folder
from warroom.ledger.schema import Checkpoint, CheckpointStamp

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

    from warroom.ledger.ledger import Ledger

# Chosen: a stamp bears out all checkpoints before it, and public services limit how often they are asked.
EVERY = timedelta(hours=1)


def list_unstamped(ledger: "Ledger", now: datetime) -> list[tuple[int, str]]:
    """Size and note of the newest checkpoint where it has no stamp: it bears out all before it. None within an hour of the
    last stamp: checkpoints come every minute, and a service is not asked so often.
    """
    newest = select(Checkpoint.size, Checkpoint.note).order_by(Checkpoint.size.desc()).limit(1)
    with ledger.open_session() as session:
        last = session.scalar(select(func.max(CheckpointStamp.stamped_at)))
        if last is not None and now - last < EVERY:
            return []
        return [
            (size, note)
            for size, note in session.execute(newest)
            if session.get(CheckpointStamp, size) is None
        ]


def save_stamp(ledger: "Ledger", size: int, service: str, response: bytes, now: datetime) -> None:
    """Store the service's answer in the ledger and in the checkpoints' folder."""
    values = {"size": size, "service": service, "response": response, "stamped_at": now}
    with ledger.open_session() as session:
        session.execute(insert(CheckpointStamp).values(values).on_conflict_do_nothing())
        kept = session.get_one(CheckpointStamp, size).response
        note = session.get_one(Checkpoint, size).note
    files.write_atomically(get_checkpoint_folder(ledger) / f"{size:012d}.checkpoint", note.encode())
    files.write_atomically(get_checkpoint_folder(ledger) / f"{size:012d}.tsr", bytes(kept))


def build_stamp_request(note: str) -> bytes:
    """The time-stamp request over a note: SHA-256 of its bytes, with a nonce, the certificates asked for."""
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

    builder = TimestampRequestBuilder().data(note.encode()).hash_algorithm(HashAlgorithm.SHA256)
    return builder.build().as_bytes()


def load_authorities() -> list["Certificate"]:
    """The roots we trust, from the PEM file of WARROOM_TIMESTAMP_CA; none where it is not set.

    Raises SettingError where the file cannot be read.
    """
    from cryptography.x509 import load_pem_x509_certificates

    path = settings.get_text("WARROOM_TIMESTAMP_CA")
    if not path:
        return []
    try:
        return load_pem_x509_certificates(Path(path).expanduser().read_bytes())
    except (OSError, ValueError):
        raise SettingError(
            f"WARROOM_TIMESTAMP_CA names {path}, which holds no certificates; name the PEM file of the service's root."
        ) from None


def find_stamp_problem(note: str, response: bytes, roots: Sequence["Certificate"]) -> str:
    """What is wrong with a stamp over this note, as the end of a sentence; empty if nothing is.

    Without root certificates only the content is compared, and the signer stays unchecked.
    """
    from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response

    try:
        stamp = decode_timestamp_response(response)
        if roots:
            VerifierBuilder(roots=list(roots)).build().verify_message(stamp, note.encode())
            return ""
        return "" if _is_over(stamp.tst_info.message_imprint.message, note) else "is over something else"
    except VerificationError as found:
        return "is over something else" if "between messages" in str(found) else "is not the authority's"
    except ValueError:
        return "cannot be read"


def parse_stamp_time(response: bytes) -> datetime:
    """The moment the authority stated; raises ValueError where the answer is no stamp."""
    from rfc3161_client import decode_timestamp_response

    return decode_timestamp_response(response).tst_info.gen_time


def _is_over(imprint: bytes, note: str) -> bool:
    return imprint == hashlib.sha256(note.encode()).digest()
