"""Identifiers and definitions of STIX 2.1 that are the same in every bundle: TLP 2.0 marks, extensions of others, and our own.

Bank account, telephone number, card, wallet and wallet transaction follow the extension definitions of stix2extensions (dogesec,
Apache-2.0). Site, lure, payment and hold have no definition anywhere; ours are below, and a bundle that uses one carries it.
"""

import json
import uuid
from typing import Any

from warroom.exchange.standards.record import TlpLevel

MEDIA = "application/stix+json;version=2.1"
SCO_NAMESPACE = uuid.UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")
"""STIX 2.1, 2.9: the namespace of deterministic identifiers of observables."""
OWN_NAMESPACE = uuid.UUID("7b0c7e0e-0f4e-5d0a-9d52-3f6f8f6d8a10")
"""The namespace of everything else of ours. Chosen once; a change would give each thing a second identity."""
DEFINED_AT = "2026-12-01T00:00:00.000Z"
TLP_EXTENSION = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
TLP_AT = "2022-10-01T00:00:00.000Z"
TLP_IDS: dict[TlpLevel, str] = {
    "clear": "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
    "green": "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    "amber": "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    "amber+strict": "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
    "red": "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
}
"""The identifiers that OASIS published for TLP 2.0 (cti-stix-common-objects)."""
TLP_1_IDS: dict[str, TlpLevel] = {
    "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9": "clear",
    "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da": "green",
    "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82": "amber",
    "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed": "red",
}
"""TLP 1 (STIX 2.1, 7.2.1.4), which others still send; WHITE became CLEAR."""
OTHERS: dict[str, str] = {
    "bank-account": "extension-definition--f19f3291-6a84-5674-b311-d75a925d5bd9",
    "phone-number": "extension-definition--14a97ee2-e666-5ada-a6bd-b7177f79e211",
    "payment-card": "extension-definition--b160c6ee-26b6-591c-8885-c192db67cac9",
    "cryptocurrency-wallet": "extension-definition--be78509e-6958-51b1-8b26-d17ee0eba2d7",
    "cryptocurrency-transaction": "extension-definition--151d042d-4dcf-5e44-843f-1024440318e5",
}
"""Extension definitions of stix2extensions 2.3.5 by type."""


def make_own_id(kind: str, name: str) -> str:
    """An identifier of a type of STIX that follows from a name alone, so that the same thing has the same one in every bundle."""
    return f"{kind}--{uuid.uuid5(OWN_NAMESPACE, f'{kind}:{name}')}"


def make_observable_id(kind: str, contributing: dict[str, str]) -> str:
    """The deterministic identifier of an observable (STIX 2.1, 2.9; canonical JSON by RFC 8785 of texts alone)."""
    text = json.dumps(contributing, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"{kind}--{uuid.uuid5(SCO_NAMESPACE, text)}"


AUTHOR = make_own_id("identity", "warroom extension definitions")
OWN: dict[str, str] = {
    name: make_own_id("extension-definition", name)
    for name in ("scam-site", "scam-lure", "fiat-payment", "amount-hold")
}
_OWN_WORDS = {
    "scam-site": (
        "new-sdo",
        "A place from which people are defrauded, or where people are forced to do it. Properties: name, latitude, longitude, country.",
    ),
    "scam-lure": (
        "new-sdo",
        "A text by which people are drawn in: an advert or a message. Properties: name, text, value (its own number).",
    ),
    "fiat-payment": (
        "new-sco",
        "A payment of official money between two accounts. Properties: value (its number), payer_ref, payee_ref, amount and traced"
        " (decimal texts), currency (ISO 4217), execution_time, channel.",
    ),
    "amount-hold": (
        "new-sdo",
        "A hold of an amount on an account, never of the account. Properties: value (its public reference), account_ref, amount and held"
        " (decimal texts), currency, state, legal_basis, approved_at, until.",
    ),
}


def build_author() -> dict[str, Any]:
    """The identity under which our extensions are published."""
    return {
        "type": "identity",
        "spec_version": "2.1",
        "id": AUTHOR,
        "created": DEFINED_AT,
        "modified": DEFINED_AT,
        "name": "warroom",
        "identity_class": "system",
    }


def build_extension_definition(name: str) -> dict[str, Any]:
    """The published definition of one of our types (STIX 2.1, 7.3)."""
    extension_type, description = _OWN_WORDS[name]
    return {
        "type": "extension-definition",
        "spec_version": "2.1",
        "id": OWN[name],
        "created_by_ref": AUTHOR,
        "created": DEFINED_AT,
        "modified": DEFINED_AT,
        "name": name,
        "description": description,
        "schema": f"https://warroom.example/docs/reference/stix#{name}",
        "version": "1.0.0",
        "extension_types": [extension_type],
    }


def list_extension(name: str) -> dict[str, dict[str, str]]:
    """The `extensions` property of an object of an extended type."""
    if name in OWN:
        return {OWN[name]: {"extension_type": _OWN_WORDS[name][0]}}
    return {OTHERS[name]: {"extension_type": "new-sco"}}


def build_tlp_marking(level: TlpLevel) -> dict[str, Any]:
    """The marking definition of a level, as OASIS published it."""
    return {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": TLP_IDS[level],
        "created": TLP_AT,
        "name": f"TLP:{level.upper()}",
        "extensions": {TLP_EXTENSION: {"extension_type": "property-extension", "tlp_2_0": level}},
    }
