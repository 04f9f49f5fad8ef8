"""From rows to views: a view's fields are filled from the row's columns of the same name."""

from dataclasses import fields
from functools import cache
from typing import Any, TypeVar, cast

View = TypeVar("View")


def make_view(kind: type[View], row: object, /, **also: Any) -> View:
    """A view of a row: `also` where a field is named, worded or reckoned otherwise, else the row's own of the same name.

    A field that neither gives keeps its default; raises TypeError where it has none.
    """
    own = {
        name: getattr(row, name)
        for name in _list_field_names(cast(type, kind))
        if name not in also and hasattr(row, name)
    }
    return kind(**own, **also)


@cache
def _list_field_names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))
