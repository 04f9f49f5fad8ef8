"""One way to write a value down, so that its hash is always the same."""

import dataclasses
import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from warroom.reasons.reason import Reason


def to_canonical_json(value: Any) -> str:
    """JSON with sorted keys and no spaces; times as ISO 8601 in UTC, other unknown things as text."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_to_json_scalar
    )


def hash_text(text: str) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def to_json_value(value: Any) -> Any:
    """Dataclasses, reasons and times as JSON values: fields by name, money as it is (satang)."""
    if isinstance(value, Reason):
        return to_json_value(value.as_json())
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_json_value(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {str(key): to_json_value(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [to_json_value(item) for item in value]
    if isinstance(value, str | int | float | bool | None):
        return value
    return _to_json_scalar(value)


def _to_json_scalar(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if hasattr(value, "item"):  # a numpy number that came along
        return value.item()
    return str(value)
