"""Matching between two rooms: one asks with blinded numbers, the other evaluates them and sends the tags of its own."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from warroom import clock, keys
from warroom.errors import ExchangeError, NotBelieved, NotPossible, NotUnderstood
from warroom.exchange.matching import batches, blocks, oprf
from warroom.exchange.matching.group import ELEMENT_BYTES, UnfitElement, require_element
from warroom.exchange.rooms.door import read_json, verify_room
from warroom.exchange.rooms.post import LARGEST_MATCH, MATCH_TIMEOUT_SECONDS, MATCHING, post_to_room
from warroom.home import Home
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.partners.decisions import runs
from warroom.partners.queries import list_room_partners
from warroom.partners.views import PURPOSES, Purpose

LARGEST_QUESTION = 8 << 20
"""Bytes of a hundred thousand blinded numbers in base64, and some."""
PROOF_BYTES = 2 * ELEMENT_BYTES
HeldNumbers = Callable[[], Sequence[str]]
"""Reads the room's own numbers, spelled by `spell_number`."""


def spell_number(text: str) -> str:
    """A number as both rooms spell it: without spaces and signs, capital letters, a Thai number without its country code."""
    bare = "".join(sign for sign in text.strip().upper() if sign.isalnum() or sign == ":")
    return "0" + bare[2:] if bare.startswith("66") and len(bare) == 11 and bare.isdigit() else bare


def load_match_key(home: Home) -> oprf.KeyPair:
    """The room's key of matching; its public half goes to partners."""
    seed = hmac.new(keys.load_secret(home, runs.KEY_NAME), b"oprf", hashlib.sha256).digest()
    return oprf.derive_key_pair(seed, b"warroom matching", oprf.PARTIAL)


def format_info(purpose: str, period: str) -> bytes:
    """The public input: purpose and key period. An output of another purpose or month is another output."""
    return f"warroom/1/{purpose}/{period}".encode()


def ask_matching(
    ledger: Ledger,
    home: Home,
    officer: Officer,
    partner: str,
    purpose: Purpose,
    numbers: Sequence[str],
    reason: str,
    *,
    now: datetime | None = None,
) -> tuple[int, int]:
    """Ask a partner's room which of these numbers it holds too; returns the run's number and how many they are, not which.

    Raises as `runs.open_run` does, ExchangeError where the room cannot be reached or refuses, NotBelieved where its proof does not
    hold.
    """
    spelled = sorted({spell_number(number) for number in numbers} - {""})
    run_id = runs.open_run(
        ledger,
        officer,
        partner,
        purpose,
        spelled,
        reason,
        is_enumerated=blocks.is_enumerated(spelled),
        now=now,
    )
    try:
        hits = _find_hits(ledger, home, partner, purpose, spelled, now or clock.get_now())
    except ExchangeError:
        runs.note_failed(ledger, run_id, now=now)
        raise
    return run_id, runs.note_count(ledger, home, run_id, hits, now=now)


def _find_hits(
    ledger: Ledger, home: Home, partner: str, purpose: str, spelled: Sequence[str], now: datetime
) -> list[str]:
    with ledger.open_session() as session:
        known = list_room_partners(session, (partner,))
    if not known:
        raise NotPossible("partners.no-match-key", partner=partner)
    _, room_url, _, match_key = known[0]
    period = runs.format_period(now)
    blinded = batches.blind_numbers([number.encode() for number in spelled])
    question = {
        "purpose": purpose,
        "period": period,
        "blinded": _encode_base64(b"".join(number.element for number in blinded)),
    }
    answer = post_to_room(home, room_url, MATCHING, question, LARGEST_MATCH, MATCH_TIMEOUT_SECONDS)
    evaluation = batches.BlindEvaluation(
        tuple(_split_base64(answer, "evaluated", ELEMENT_BYTES)),
        tuple(_split_base64(answer, "proofs", PROOF_BYTES)),
    )
    tag_set = b"".join(_split_base64(answer, "tags", batches.TAG_BYTES))
    places = batches.find_common_places(
        blinded, evaluation, bytes.fromhex(match_key), format_info(purpose, period), tag_set
    )
    return [spelled[place] for place in places]


def answer_matching(
    ledger: Ledger,
    home: Home,
    held_numbers: HeldNumbers,
    body: bytes,
    headers: Mapping[str, str],
    now: datetime | None = None,
) -> dict[str, str]:
    """Answer a partner's run, within its quota: its elements evaluated, with proofs, and the tags of what this room holds.

    Raises NotBelieved, NotUnderstood, NotPossible. What the partner asked stays unknown here.
    """
    now = now or clock.get_now()
    code = verify_room(ledger, MATCHING, body, headers)
    question = read_json(body, LARGEST_QUESTION)
    purpose, period = question.get("purpose"), question.get("period")
    if purpose not in PURPOSES or not isinstance(period, str):
        raise NotUnderstood("partners.message-unfit", field="purpose")
    elements = _split_base64(question, "blinded", ELEMENT_BYTES)
    try:
        for element in elements:
            require_element(element)
    except UnfitElement:
        raise NotUnderstood("partners.match-element-unfit") from None
    with ledger.open_session() as session:
        runs.admit_run(session, code, str(purpose), period, len(elements), now)
    key, info = load_match_key(home), format_info(str(purpose), period)
    evaluation = batches.evaluate_elements(key, info, elements)
    held = sorted({spell_number(number) for number in held_numbers()} - {""})
    return {
        "evaluated": _encode_base64(b"".join(evaluation.elements)),
        "proofs": _encode_base64(b"".join(evaluation.proofs)),
        "tags": _encode_base64(_build_ready_set(key, info, tuple(held))),
    }


@lru_cache(maxsize=4)
def _build_ready_set(key: oprf.KeyPair, info: bytes, held: tuple[str, ...]) -> bytes:
    """The tags of the room's numbers, kept while they stay the same: a million of them take minutes."""
    return batches.build_tag_set(key, info, [number.encode() for number in held])


def _encode_base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _split_base64(content: Mapping[str, Any], name: str, size: int) -> list[bytes]:
    text = content.get(name)
    try:
        joined = base64.b64decode(text, validate=True) if isinstance(text, str) else b"\x00"
    except (binascii.Error, ValueError):
        joined = b"\x00"
    if not isinstance(text, str) or len(joined) % size:
        raise NotBelieved("partners.match-answer-unfit")
    return [joined[start : start + size] for start in range(0, len(joined), size)]
