"""The security schemes of the OpenAPI document, per operation, from what the routes declare."""

import re
from typing import Any

from warroom.web.doors.access_table import build_access_table, find_scope

_CONVERTER = re.compile(r":\w+\}")
SCHEMES: dict[str, dict[str, str]] = {
    "PartnerKey": {
        "type": "http",
        "scheme": "bearer",
        "description": (
            "The key of a partner's program, as `Authorization: Bearer <key>`. An administrator makes it "
            "(`warroom partner key add B01 --scope payee-check`, the page /partner-keys, or POST /api/v1/partner-keys); "
            "it is shown once. The scope that an operation needs stands beside this scheme at the operation."
        ),
    },
    "PartnerSignature": {
        "type": "apiKey",
        "in": "header",
        "name": "Signature",
        "description": (
            "An HTTP message signature (RFC 9421) in Signature-Input and Signature, by the key that the partner and the "
            "room have exchanged."
        ),
    },
}


def describe_security(described: dict[str, Any]) -> None:
    """Add to an OpenAPI document the security of each operation: an officer's token, a bank's key, a signature, or none."""
    described["components"].setdefault("securitySchemes", {}).update(SCHEMES)
    # OpenAPI has no converters in path templates: {name}, not {name:path}.
    doors = {_CONVERTER.sub("}", endpoint): who for endpoint, who in build_access_table().items()}
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            operation["security"] = _build_security(doors[f"{method.upper()} {path}"])


def _build_security(who: frozenset[str]) -> list[dict[str, list[str]]]:
    if scope := find_scope(who):
        return [{"PartnerKey": [scope]}]
    if "partner" in who:
        return [{"PartnerSignature": []}]
    return [] if "public" in who else [{"HTTPBearer": []}]
