"""What the house knows already stands in the fields of actions and of their documents before anybody types."""

from collections.abc import Mapping

from warroom.law.kinds.declarations import Input
from warroom.ledger.officers import Officer
from warroom.web.kit.formats import Say
from warroom.web.kit.forms import format_field_time

OWN = {"checked_by": (), "screener": ("screener",), "custodian": ("custodian",)}
"""Fields that name whoever fills them in, with the roles of which one must be theirs for that; any where none is named."""
NOW = ("copied_at", "screened_at")
"""Moments of what was done just before it is written down."""


def prefill_fields(
    inputs: tuple[Input, ...], officer: Officer, say: Say, model: str = ""
) -> Mapping[str, str]:
    """The values by the names of fields; `model` is the version of the model whose signals are read."""
    found = {one.name: _prefill_field(one.name, officer, say, model) for one in inputs}
    return {f"d-{name}": value for name, value in found.items() if value}


def _prefill_field(name: str, officer: Officer, say: Say, model: str) -> str:
    if name in OWN:
        return officer.name if not OWN[name] or officer.has_role(*OWN[name]) else ""
    if name in NOW:
        return format_field_time(say, say.now)[:16]
    return model if name == "model_version" else ""
