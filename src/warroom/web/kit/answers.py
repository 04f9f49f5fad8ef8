"""Builds pydantic models of answers from the views of the services, so that each field is declared once.

Satang become baht, sentences both languages, tuples lists, and a nested view its own model. Marks are
kept, and every field is always present. The description of an answer is the first paragraph of its view's docstring.
A new field of a view appears in the interface automatically, and in `docs/reference/api-paths.md`.
"""

from collections.abc import Collection, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from functools import cache, reduce
from inspect import getdoc
from operator import or_
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from pydantic import BeforeValidator, create_model

from warroom.bilingual.texts import Texts
from warroom.units import Satang
from warroom.web.kit.api import Answer, Baht, BothLanguages, MomentOut


def make_view_answer(
    view: type,
    name: str = "",
    *,
    doc: str | None = None,
    leave_out: Collection[str] = (),
    text: Collection[str] = (),
    also: Mapping[str, Any] | None = None,
    of: Collection[type[Answer]] = (),
) -> type[Answer]:
    """The model with the fields of a view (a frozen dataclass), named as the view with `Out` for `View`.

    `leave_out` names omitted fields, `text` those that become plain strings instead of an enumeration,
    `also` gives other types for fields, or further fields. `of` are models to use for nested views.
    Raises ValueError where the view has no such field.
    """
    hints = get_type_hints(view, include_extras=True)
    if unknown := {*leave_out, *text}.difference(hints):
        raise ValueError(f"{view.__name__} has no field {min(unknown)}")
    wire_types: dict[Any, Any] = {
        datetime: MomentOut,
        Satang: Baht,
        Texts: BothLanguages,
        **{answer.__view__: answer for answer in of},
    }
    kept = [view_field.name for view_field in fields(view) if view_field.name not in leave_out]
    wire = {field: _to_json_type(hints[field], wire_types, field in text) for field in kept}
    first = (getdoc(view) or "").split("\n\n")[0] if doc is None else doc
    made = make_answer_model(
        name or view.__name__.removesuffix("View") + "Out", first, **wire | {**(also or {})}
    )
    # A further field that the view has not would be missed only when a program asks for it.
    for field, about in made.model_fields.items():
        source = str(about.validation_alias or field)
        if source not in hints and not hasattr(view, source):
            raise ValueError(f"{view.__name__} has no field {source}")
    made.__view__ = view
    return made


def make_page_answer(row: type, name: str, doc: str, /, **also: Any) -> type[Answer]:
    """The model of a page of a list: `rows`, and the `total` number."""
    return make_answer_model(name, doc, rows=make_list_type(row), total=int, **also)


def make_list_type(row: type) -> Any:
    """A list of answers."""
    return list[row]  # type: ignore[valid-type]


def make_answer_model(name: str, doc: str, /, **fields: Any) -> type[Answer]:
    """A model with these fields, where there is no view."""
    return create_model(name, __base__=Answer, __doc__=doc or None, **fields)


@cache  # one class for one view, so that it has one name however many answers hold it
def _make_plain_answer(view: type) -> type[Answer]:
    return make_view_answer(view)


def _to_json_type(hint: Any, wire_types: Mapping[Any, Any], text: bool) -> Any:
    """The type of a field in the model; `wire_types` maps types with another form in JSON."""
    if hint in wire_types:
        return wire_types[hint]
    if is_dataclass(hint):
        return _make_plain_answer(hint)  # type: ignore[arg-type]
    kind, inside = get_origin(hint), get_args(hint)
    if kind in (None, Literal):
        return str if kind and text else hint
    if kind is Annotated:
        return Annotated[(_to_json_type(inside[0], wire_types, text), *inside[1:])]
    parts = tuple(part if part is Ellipsis else _to_json_type(part, wire_types, text) for part in inside)
    if kind is tuple and parts[-1] is Ellipsis:
        return list[parts[0]]  # type: ignore[valid-type]
    # A set has no order; sorted, equal answers have equal bytes.
    if kind is frozenset:
        return Annotated[list[parts[0]], BeforeValidator(sorted)]  # type: ignore[valid-type]
    if kind in (tuple, list):
        return kind[parts]
    if isinstance(kind, type) and issubclass(kind, Mapping):
        return dict[parts]  # type: ignore[misc,valid-type]
    return reduce(or_, parts)
