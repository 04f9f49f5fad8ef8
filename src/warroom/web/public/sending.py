"""What a form of the public pages sends: cleaned files, sealed to the room, with the hash that its sender keeps."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request

from warroom.errors import LedgerError
from warroom.public.outside.codes import code_of, digest_of
from warroom.public.outside.door import NetworkFullError
from warroom.public.outside.identifiers import digest_of as digest_of_number
from warroom.public.outside.identifiers import identifiers_in, mark_of, threat_mark_of
from warroom.public.outside.sealing import seal, to_canonical_json
from warroom.public.outside.threats import threat_of
from warroom.unread import UnreadTexts
from warroom.web.public.walls import WORDS, digest_address, digest_network, network_address

COUNTED = ("tip", "money_left")
"""Kinds of reports whose numbers, accounts and links are counted."""
# Identifiers counted per report: a message to mislead the counts could list thousands. Chosen, not
# measured.
MOST_NAMED = 20
TEXT_SIGNS = 4_000
"""Longer texts are cut and that is said: nobody is sent away for having written too much."""


@dataclass(frozen=True, slots=True)
class SealedSubmission:
    """A submission that is in: its receipt's code, and the seal of what was sent (hex)."""

    code: str
    seal: str
    new: bool


def read_submission_key(form: FormData) -> str:
    """What makes a second sending of the same form the same: its own key, made with the page or by the telephone."""
    said = str(form.get("once", ""))[:64]
    return said or secrets.token_hex(16)


def read_text_field(form: FormData, name: str, most: int = TEXT_SIGNS) -> str:
    """A field's text without signs that no text has."""
    return str(form.get(name, "") or "").replace("\x00", "").strip()[:most]


def submit_sealed(
    request: Request,
    kind: str,
    urgency: int,
    answers: Mapping[str, Any],
    once: str,
    files: Sequence[tuple[str, bytes]] = (),
    code: str = "",
    *,
    receipt: bool = True,
) -> SealedSubmission:
    """Seal and submit. `code`: of the receipt that this belongs to; a new one where it is a first word. `receipt`: whether it
    has one at all.

    The same sent again under the same `once` changes nothing and gets the same code, which is derived from both: a telephone that lost
    its signal after sending still learns it.
    """
    card, door = request.app.state.card, request.app.state.door
    listed = [
        {"media": media, "sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
        for media, content in files
    ]
    body = {"kind": kind, "said": dict(answers), "files": listed}
    mark = hashlib.sha256(to_canonical_json(body)).digest()
    # By what is said too: a form changed and sent again is a word of its own, and who saw its key has not seen its code. What has
    # no receipt counts once, whatever it says.
    again = f"{kind}:{once}:{mark.hex()}" if receipt else f"{kind}:{once}"
    key = hashlib.sha256(again.encode()).digest()
    code = code or (code_of(again, card.codes) if receipt else "")
    day_key = request.app.state.day_key.read()
    named = _digest_mentions(request, kind, answers, day_key)
    sealed = seal(card.seal_to, body | named, b"".join(content for _, content in files))
    # What is kept stands under the key of the day, what this process remembers under one that it always has.
    sender = digest_network(request, day_key)
    network, shares = digest_network(request, card.numbers), request.app.state.sent
    room = (digest_address(request, card.numbers), network, len(sealed))
    known = shares.knows(key)
    full = "public.no-room-for-pictures" if len(sealed) > WORDS else "public.network-full"
    if not known and not shares.takes(*room):
        raise LedgerError(full)
    digest = digest_of(code, card.codes) if code else None
    try:
        new = door.submit(kind, urgency, digest, key, sender, sealed, mark)
    except NetworkFullError as problem:
        shares.give_back(*room)
        raise LedgerError(full) from problem
    if not new and not known:
        # It came in before this process began.
        shares.give_back(*room)
    shares.note(key)
    return SealedSubmission(code, mark.hex(), new)


def _digest_mentions(
    request: Request, kind: str, answers: Mapping[str, Any], day_key: bytes
) -> dict[str, Any]:
    """Which numbers, accounts and links a report names, under digests, a mark of its network for each, and one for its threat, both of
    this day alone; no part of the seal that its sender has, who cannot know them.
    """
    if kind not in COUNTED:
        return {}
    words = "\n".join(str(answers.get(name, "")) for name in ("text", "about", "to"))
    numbers, network = request.app.state.card.numbers, network_address(request)
    # A report is sent whatever its words do to who looks for numbers in them.
    named = (UnreadTexts("reports").try_reading(kind, identifiers_in, words) or [])[:MOST_NAMED]
    digests = [digest_of_number(identifier, numbers) for identifier in named]
    return {
        "named": [[digest.hex(), mark_of(digest, network, day_key).hex()] for digest in digests],
        "of_day": threat_mark_of(threat_of(str(answers.get("scam_type", ""))), network, day_key).hex(),
    }
