"""Signed HTTP messages: RFC 9421 (HTTP Message Signatures), RFC 9530 (Content-Digest), Ed25519.

Only what is needed: components are listed by us and must be covered; parameters are `created`, `keyid`,
`alg`. A request covers "@method", "@path", "content-digest", "date" and, for an order, "idempotency-key"
(the order id); a response covers "@status" in place of method and path. Header names are compared in
lower case.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from email.utils import format_datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from warroom.errors import ExchangeError

LABEL = "warroom"
# The path is covered so that a signed order cannot be replayed at another endpoint, the idempotency key so
# that it cannot be replayed as another order.
ORDER = ("@method", "@path", "content-digest", "date", "idempotency-key")
ANSWER = ("@method", "@path", "content-digest", "date")
RESPONSE = ("@status", "content-digest", "date", "idempotency-key")
MAX_SKEW = timedelta(minutes=15)  # older than a retry, younger than a shift: clocks of two houses differ

# Anybody may send one: each part is limited to the length that a bank's own has, so that no header is
# costly to parse.
_INPUT = re.compile(
    rf"{LABEL}=(?P<params>\((?P<components>[^)]{{0,400}})\);created=(?P<created>[0-9]{{1,12}})"
    rf';keyid="(?P<key>[^"]{{1,64}})";alg="ed25519")'
)
_SIGNATURE = re.compile(rf"{LABEL}=:(?P<value>[A-Za-z0-9+/=]{{1,100}}):")


def compute_content_digest(body: bytes) -> str:
    """The Content-Digest header of a body."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def sign(
    key: Ed25519PrivateKey,
    key_id: str,
    components: Sequence[str],
    parts: Mapping[str, str],
    body: bytes,
    now: datetime,
) -> dict[str, str]:
    """The headers that make a message signed: Date, Content-Digest, Signature-Input, Signature.

    `parts` gives the values of derived components ("@method", "@path", "@status") and of further headers
    covered.
    """
    covered = {
        **parts,
        "date": format_datetime(now, usegmt=True),
        "content-digest": compute_content_digest(body),
    }
    listed = " ".join(f'"{name}"' for name in components)
    params = f'({listed});created={int(now.timestamp())};keyid="{key_id}";alg="ed25519"'
    signature = base64.b64encode(key.sign(_build_signature_base(components, covered, params))).decode()
    return {
        "Date": covered["date"],
        "Content-Digest": covered["content-digest"],
        "Signature-Input": f"{LABEL}={params}",
        "Signature": f"{LABEL}=:{signature}:",
    }


def key_id(headers: Mapping[str, str]) -> str:
    """The claimed signer (keyid); raises ExchangeError where the message is not signed."""
    return _parse_signature_input(headers)["key"]


def verify(
    key: Ed25519PublicKey,
    components: Sequence[str],
    parts: Mapping[str, str],
    headers: Mapping[str, str],
    body: bytes,
    now: datetime,
) -> None:
    """Raise ExchangeError unless the whole message was signed by the key's holder within `MAX_SKEW` of `now`."""
    heads = {name.lower(): value for name, value in headers.items()}
    signature = _parse_signature_input(heads)
    if heads.get("content-digest") != compute_content_digest(body):
        raise ExchangeError(
            "The body is not the one that was signed (Content-Digest); send it again unchanged."
        )
    # Exactly our components, in our order: a signature without the body's digest would fit any body.
    if tuple(signature["components"].replace('"', "").split()) != tuple(components):
        raise ExchangeError(f"The signature must cover {', '.join(components)}; sign these and send again.")
    # In both directions: a signature dated ahead could be stored and replayed later.
    if abs(now.timestamp() - int(signature["created"])) > MAX_SKEW.total_seconds():
        raise ExchangeError("The signature is too old or from the future; check the clock and sign again.")
    _verify_signature(key, _build_signature_base(components, {**heads, **parts}, signature["params"]), heads)


def _verify_signature(key: Ed25519PublicKey, base: bytes, heads: Mapping[str, str]) -> None:
    match = _SIGNATURE.fullmatch(heads.get("signature", ""))
    try:
        key.verify(base64.b64decode(match["value"] if match else "", validate=True), base)
    except (InvalidSignature, binascii.Error):
        raise ExchangeError(
            "The signature is not by the key on file for this sender; nothing was changed."
        ) from None


def _parse_signature_input(headers: Mapping[str, str]) -> dict[str, str]:
    heads = {name.lower(): value for name, value in headers.items()}
    match = _INPUT.fullmatch(heads.get("signature-input", ""))
    if not match:
        raise ExchangeError("The message is not signed (Signature-Input, Ed25519); sign it and send again.")
    return match.groupdict()


def _build_signature_base(components: Sequence[str], values: Mapping[str, str], params: str) -> bytes:
    missing = [name for name in components if name not in values]
    if missing:
        raise ExchangeError(
            f"The message lacks {missing[0]}, which its signature must cover; add it and sign again."
        )
    lines = [f'"{name}": {values[name].strip()}' for name in components]
    return "\n".join([*lines, f'"@signature-params": {params}']).encode()
