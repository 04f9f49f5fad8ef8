"""Classes of assets, declared in `classes.toml`, and the check of what an asset says of itself."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from warroom.assets.views import ASSET_CLASSES, AssetClass, ClassView, ParticularView
from warroom.bilingual.texts import Texts
from warroom.errors import NotFound, NotPossible
from warroom.law.kinds.named import translate_words

# A decimal as it is written on a certificate: exact, and never a float.
NUMBER = re.compile(r"\d{1,15}(\.\d{1,18})?")
# Characters of a particular: a page of description.
LONGEST = 2000


@cache
def load_classes() -> Mapping[AssetClass, ClassView]:
    """Every class by id."""
    text = resources.files(__package__).joinpath("classes.toml").read_text(encoding="utf-8")
    bodies = tomllib.loads(text)
    return {kind: _parse_class(kind, bodies[kind]) for kind in ASSET_CLASSES}


def class_of(kind: str) -> ClassView:
    """A class by id; raises NotFound."""
    for found in load_classes().values():
        if found.id == kind:
            return found
    raise NotFound("assets.no-such-class")


def check_particulars(kind: str, given: Mapping[str, str]) -> dict[str, str]:
    """The particulars as they are kept: all that the class requires, nothing it does not know.

    Raises NotPossible for the first that is missing, unknown or unfit.
    """
    known = {particular.name: particular for particular in class_of(kind).particulars}
    if unknown := set(given) - set(known):
        # The first by name, so that the same request always gets the same refusal; cut, since it is
        # repeated in it.
        raise NotPossible("assets.detail-unknown", name=translate_words(min(unknown)[:40]))
    particulars = {name: value.strip() for name, value in given.items() if value.strip()}
    for name, particular in known.items():
        if particular.required and name not in particulars:
            raise NotPossible("assets.detail-missing", field=name, label=particular.label)
        if name in particulars and not _is_fit(particular, particulars[name]):
            raise NotPossible("assets.detail-unfit", field=name, label=particular.label)
    return particulars


def _is_fit(one: ParticularView, value: str) -> bool:
    if one.kind == "number":
        return NUMBER.fullmatch(value) is not None
    if one.pattern:
        return re.fullmatch(one.pattern, value) is not None
    return len(value) <= LONGEST


def _parse_class(kind: AssetClass, body: Mapping[str, Any]) -> ClassView:
    return ClassView(
        id=kind,
        title=Texts(**body["title"]),
        money=body["money"],
        particulars=tuple(
            ParticularView(
                name=particular["name"],
                kind=particular["kind"],
                label=Texts(**particular["label"]),
                required=particular.get("required", True),
                unit=particular.get("unit", ""),
                pattern=particular.get("pattern", ""),
            )
            for particular in body["particulars"]
        ),
    )
