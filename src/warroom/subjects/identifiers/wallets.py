"""Wallets on chains: Bitcoin, Ethereum and its kin, TRON; a checksum tells each from a text that only looks like one."""

import re

from warroom.subjects.identifiers import checks
from warroom.subjects.identifiers.identifier import Identifier

_BITCOIN = re.compile(r"[13][1-9A-HJ-NP-Za-km-z]{25,34}")
_SEGWIT = re.compile(r"bc1[02-9ac-hj-np-z]{11,71}|BC1[02-9AC-HJ-NP-Z]{11,71}")
_ETHEREUM = re.compile(r"(?:0x|0X)([0-9a-fA-F]{40})")
_TRON = re.compile(r"T[1-9A-HJ-NP-Za-km-z]{33}")
# Version byte of TRON main-net addresses; it makes them begin with T.
_TRON_HEAD = 0x41
# Version bytes of pay-to-public-key-hash (1...) and pay-to-script-hash (3...).
_BITCOIN_HEADS = (0x00, 0x05)


def parse_wallet(text: str) -> Identifier | None:
    """A wallet's address; None for a text of another shape.

    Segwit and Ethereum addresses become small letters; others keep their case, which Base58 encodes.
    """
    text = text.strip()
    if _SEGWIT.fullmatch(text):
        return Identifier("bitcoin", text.lower(), checks.is_valid_bech32(text))
    if ethereum_match := _ETHEREUM.fullmatch(text):
        return Identifier(
            "ethereum", f"0x{ethereum_match[1].lower()}", checks.is_valid_ethereum_checksum(ethereum_match[1])
        )
    if _TRON.fullmatch(text):
        return Identifier("tron", text, _has_version_byte(text, (_TRON_HEAD,)))
    if _BITCOIN.fullmatch(text):
        return Identifier("bitcoin", text, _has_version_byte(text, _BITCOIN_HEADS))
    return None


def _has_version_byte(text: str, heads: tuple[int, ...]) -> bool:
    body = checks.decode_base58check(text)
    # 21 bytes: one of version and a 20-byte hash.
    return body is not None and len(body) == 21 and body[0] in heads
