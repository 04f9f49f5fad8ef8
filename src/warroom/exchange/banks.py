"""The configured banks, with their addresses and public keys: `banks.toml` in the data folder.

[banks.B01]
url = "https://recall.bank.example/orders"   # where orders are posted; without it, the outbox folder only
public_key = "64 hexadecimal digits"         # the bank's Ed25519 key: it signs every answer
timeout = "10s"
contact = "recall desk, 24 h, +66 ..."
names = ["KASITHBK"]                         # what else records call it: words and BICs (`subjects.bank_names`)
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from warroom.clock import parse_span
from warroom.errors import ExchangeError
from warroom.home import Home
from warroom.subjects import bank_names

FILE = bank_names.FILE
_FIELDS = frozenset({"url", "public_key", "timeout", "contact", "names"})
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True)
class Bank:
    """A bank to send orders to (if `url` is set) and whose signed answers are accepted."""

    code: str
    url: str | None
    public_key: Ed25519PublicKey
    timeout: timedelta
    contact: str


def load_banks(home: Home) -> dict[str, Bank]:
    """The configured banks by their normal spelling in records, empty without the file; raises ExchangeError for a wrong
    entry.
    """
    path = home.root / FILE
    if not path.exists():
        return {}
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8")).get("banks", {})
    except (OSError, ValueError) as problem:
        raise ExchangeError(
            f"{path} cannot be read: {problem}; correct it, orders wait until then."
        ) from None
    return {
        bank_names.get_active_table().spell_bank(code): _parse_bank(code, entry)
        for code, entry in entries.items()
    }


def _parse_bank(code: str, entry: Mapping[str, Any]) -> Bank:
    # A misspelled field must not be ignored: without `url` the bank would get no orders.
    strange = set(entry) - _FIELDS
    if strange:
        raise ExchangeError(f"{FILE}: bank {code} has an unknown field '{min(strange)}'; remove it.")
    return Bank(
        code=code,
        url=_check_url(code, entry.get("url")),
        public_key=_parse_public_key(code, str(entry.get("public_key", ""))),
        timeout=parse_span(str(entry.get("timeout", "10s"))),
        contact=str(entry.get("contact", "")),
    )


def _check_url(code: str, url: str | None) -> str | None:
    if url is None:
        return None
    parts = urlsplit(url)
    # Plain HTTP only to this machine, for trials with a bank's program.
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        return url
    raise ExchangeError(
        f"{FILE}: the url of bank {code} must begin with https://; orders are never sent in the clear."
    )


def _parse_public_key(code: str, digits: str) -> Ed25519PublicKey:
    try:
        return Ed25519PublicKey.from_public_bytes(bytes.fromhex(digits))
    except ValueError:
        raise ExchangeError(
            f"{FILE}: public_key of bank {code} must be 64 hexadecimal digits (Ed25519); ask the bank for it."
        ) from None
