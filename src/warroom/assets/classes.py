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
from warroom.law.kinds.named import named

# A decimal as it is written on a certificate: exact, and never a float.
NUMBER = re.compile(r"\d{1,15}(\.\d{1,18})?")
LONGEST = 2000


@cache
def classes() -> Mapping[AssetClass, ClassView]:
    """Every class by id."""
    text = resources.files(__package__).joinpath("classes.toml").read_text(encoding="utf-8")
    bodies = tomllib.loads(text)
    return {kind: _class(kind, bodies[kind]) for kind in ASSET_CLASSES}


def class_of(kind: str) -> ClassView:
    """A class by id; raises NotFound."""
    for found in classes().values():
        if found.id == kind:
            return found
    raise NotFound("assets.no-such-class")


def checked(kind: str, given: Mapping[str, str]) -> dict[str, str]:
    """The particulars as they are kept: all that the class requires, nothing it does not know.

    Raises NotPossible for the first that is missing, unknown or unfit.
    """
    known = {one.name: one for one in class_of(kind).particulars}
    if unknown := set(given) - set(known):
        # The smallest, so that the same request is refused with the same words; cut, since it is told back.
        raise NotPossible("assets.detail-unknown", name=named(min(unknown)[:40]))
    said = {name: value.strip() for name, value in given.items() if value.strip()}
    for name, one in known.items():
        if one.required and name not in said:
            raise NotPossible("assets.detail-missing", name=named(name))
        if name in said and not _fits(one, said[name]):
            raise NotPossible("assets.detail-unfit", name=named(name))
    return said


def _fits(one: ParticularView, value: str) -> bool:
    if one.kind == "number":
        return NUMBER.fullmatch(value) is not None
    if one.pattern:
        return re.fullmatch(one.pattern, value) is not None
    return len(value) <= LONGEST


def _class(kind: AssetClass, body: Mapping[str, Any]) -> ClassView:
    return ClassView(
        id=kind,
        title=Texts(**body["title"]),
        money=body["money"],
        particulars=tuple(
            ParticularView(
                name=one["name"],
                kind=one["kind"],
                label=Texts(**one["label"]),
                required=one.get("required", True),
                unit=one.get("unit", ""),
                pattern=one.get("pattern", ""),
            )
            for one in body["particulars"]
        ),
    )
