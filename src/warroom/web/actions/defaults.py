"""Prefills fields of actions and of their documents with known values."""

from collections.abc import Mapping

from warroom.law.kinds.declarations import Input
from warroom.ledger.officers import Officer
from warroom.web.kit.formats import Say

OWN = {"checked_by": (), "screener": ("screener",), "custodian": ("custodian",)}
"""Fields prefilled with the officer's name, with the roles required for that; empty for any role."""
NOW = ("copied_at", "screened_at")
"""Fields prefilled with the current time: the act was done just before the form is filled in."""


def prefill_fields(
    inputs: tuple[Input, ...], officer: Officer, say: Say, model: str = ""
) -> Mapping[str, str]:
    """The prefilled values by field name; `model` is the version of the signals' model."""
    found = {one.name: _prefill_field(one.name, officer, say, model) for one in inputs}
    return {f"d-{name}": value for name, value in found.items() if value}


def _prefill_field(name: str, officer: Officer, say: Say, model: str) -> str:
    if name in OWN:
        return officer.name if not OWN[name] or officer.has_role(*OWN[name]) else ""
    if name in NOW:
        return say.moment(say.now)
    return model if name == "model_version" else ""
