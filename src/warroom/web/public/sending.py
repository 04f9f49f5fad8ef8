"""Encrypts and submits what a public form sends; the sender keeps its hash as proof."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from warroom.errors import LedgerError
from warroom.public.outside.codes import code_of, digest_of, groups_of
from warroom.public.outside.door import NetworkFullError
from warroom.public.outside.identifiers import digest_of as digest_of_number
from warroom.public.outside.identifiers import identifiers_in, mark_of, threat_mark_of
from warroom.public.outside.sealing import seal, to_canonical_json
from warroom.public.outside.threats import threat_of
from warroom.unread import UnreadTexts
from warroom.web.public.distress import read_urgency
from warroom.web.public.limits import WORDS, digest_address, digest_network, network_address
from warroom.web.public.pages import render_page

COUNTED = ("tip", "money_left")
"""Kinds of reports whose numbers, accounts and links are counted."""
# Identifiers counted per report: a message to mislead the counts could list thousands. Chosen, not
# measured.
MOST_NAMED = 20
TEXT_SIGNS = 4_000
"""Characters of a text field. Longer texts are cut, and the page says so: a report must not fail because it is long."""


@dataclass(frozen=True, slots=True)
class SealedSubmission:
    """A stored submission: its receipt's code, and the SHA-256 of the content (hex)."""

    code: str
    seal: str
    new: bool


def read_submission_key(form: FormData) -> str:
    """The form's idempotency key, made with the page or by the service worker; random if the form has none."""
    said = str(form.get("once", ""))[:64]
    return said or secrets.token_hex(16)


def read_text_field(form: FormData, name: str, most: int = TEXT_SIGNS) -> str:
    """The field's text, at most `most` characters. NUL is removed, because PostgreSQL's text type cannot store it."""
    return str(form.get(name, "") or "").replace("\x00", "").strip()[:most]


def submit_sealed(
    request: Request,
    kind: str,
    answers: Mapping[str, Any],
    once: str,
    files: Sequence[tuple[str, bytes]] = (),
    code: str = "",
    *,
    receipt: bool = True,
) -> SealedSubmission:
    """Encrypt and submit, as urgent as the words in `answers` make it (`distress.read_urgency`). `code`: the receipt this belongs to; "" for a first submission, which gets a new one. `receipt`: whether it
    gets one at all.

    The same content under the same key `once` is stored once and gets the same code, which is derived from both: a phone that lost its
    connection after sending gets the code on its retry.
    """
    card, door = request.app.state.card, request.app.state.door
    listed = [
        {"media": media, "sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
        for media, content in files
    ]
    urgency, filed = read_urgency(kind, answers)
    body = {"kind": kind, "said": filed, "files": listed}
    mark = hashlib.sha256(to_canonical_json(body)).digest()
    # The content is part of the key: a changed form is a new submission, and knowing a form's key alone
    # does not give its code. Without a receipt the key alone counts, whatever the content.
    again = f"{kind}:{once}:{mark.hex()}" if receipt else f"{kind}:{once}"
    key = hashlib.sha256(again.encode()).digest()
    code = code or (code_of(again, card.codes) if receipt else "")
    day_key = request.app.state.day_key.load_key()
    named = _digest_mentions(request, kind, answers, day_key)
    sealed = seal(card.seal_to, body | named, b"".join(content for _, content in files))
    # Stored digests use the day's key, so that they cannot be compared across days; those in memory use a
    # fixed key.
    sender = digest_network(request, day_key)
    network, shares = digest_network(request, card.numbers), request.app.state.sent
    room = (digest_address(request, card.numbers), network, len(sealed))
    known = shares.has_submission(key)
    full = "public.no-room-for-pictures" if len(sealed) > WORDS else "public.network-full"
    # Before the database is asked: a sender over the quota must not cost a transaction.
    if not known and not shares.reserve_bytes(*room):
        raise LedgerError(full)
    digest = digest_of(code, card.codes) if code else None
    try:
        new = door.submit(kind, urgency, digest, key, sender, sealed, mark)
    except NetworkFullError as problem:
        shares.release_bytes(*room)
        raise LedgerError(full) from problem
    if not new and not known:
        # Submitted before this process started, so its bytes were counted then.
        shares.release_bytes(*room)
    shares.record_submission(key)
    return SealedSubmission(code, mark.hex(), new)


def render_code_page(
    request: Request, code: str, seal: str, kept: Mapping[str, str] | None = None, **values: Any
) -> Response:
    """The page with a report's code, to be written down. It is shown again in another language by the code and what is `kept`:
    sending the report again would lose its pictures. `values`: what the page of a loss says besides.
    """
    return render_page(
        request,
        "code.html",
        repeat=("/report/again", [("code", code), ("need", request.state.cry), *(kept or {}).items()]),
        groups=groups_of(code),
        code=code,
        seal=seal,
        **values,
    )


def _digest_mentions(
    request: Request, kind: str, answers: Mapping[str, Any], day_key: bytes
) -> dict[str, Any]:
    """Digests of the numbers, accounts and links a report names, each with a mark of its network, and one mark for its threat; marks are
    valid for this day alone. They are not part of the hash that the sender keeps, because the sender cannot compute them.
    """
    if kind not in COUNTED:
        return {}
    words = "\n".join(str(answers.get(name, "")) for name in ("text", "about", "to"))
    numbers, network = request.app.state.card.numbers, network_address(request)
    # `try_reading`: if the search fails on a hostile text, the report is sent all the same.
    named = (UnreadTexts("reports").try_reading(kind, identifiers_in, words) or [])[:MOST_NAMED]
    digests = [digest_of_number(identifier, numbers) for identifier in named]
    return {
        "named": [[digest.hex(), mark_of(digest, network, day_key).hex()] for digest in digests],
        "of_day": threat_mark_of(threat_of(str(answers.get("scam_type", ""))), network, day_key).hex(),
    }
