"""Marks in the types of fields: account numbers, personal data, and what survivors said.

A view carries them in its field types (`account: AccountNumber`), so that renaming a class or field cannot
lose a mark. They are only declared here; `access.masking` masks by them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, is_dataclass
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, Literal, NewType, get_args, get_origin, get_type_hints


class Mark(StrEnum):
    """The kind of data in a field that not every reader of its view may see."""

    ACCOUNT = "account"
    PERSONAL = "personal"
    SURVIVOR = "survivor"


@dataclass(frozen=True, slots=True, eq=False)
class MarkOf:
    """A mark that another field of the same class decides: the value of `field` is looked up in `marks`; a
    value that is not there means open. `masked_as` where it is masked in another way than the mark's.
    """

    field: str
    marks: Mapping[str, Mark]
    masked_as: Mark | None = None


@dataclass(frozen=True, slots=True)
class Open:
    """Declares that every reader may read a field although its name sounds protected; `why` is the reason."""

    why: str


@dataclass(frozen=True, slots=True, eq=False)
class JsonOf:
    """Declares a field that holds JSON: `keys` returns the keys that may be shown, at any depth. Values under
    other keys are removed for every reader: JSON has no types that could carry a mark.
    """

    keys: Callable[[], frozenset[str]]


AccountNumber = Annotated[str, Mark.ACCOUNT]
Personal = Annotated[str, Mark.PERSONAL]
Survivor = Annotated[str, Mark.SURVIVOR]
# JsonOf is apart: it allows keys instead of marking a value.
AnyMark = Mark | MarkOf | Open


@cache
def get_json_fields(view: type) -> Mapping[str, JsonOf]:
    """The `JsonOf` declarations of a class, by field. Raises what `get_marks` raises."""
    hints = get_type_hints(view, include_extras=True)
    return {name: said for name, hint in hints.items() if (said := _find_json_in(hint)) is not None}


def _find_json_in(hint: Any) -> JsonOf | None:
    if get_origin(hint) is Annotated:
        inside, *said = get_args(hint)
        return next((one for one in said if isinstance(one, JsonOf)), None) or _find_json_in(inside)
    return next((said for said in map(_find_json_in, get_args(hint)) if said is not None), None)


def list_field_names(view: type) -> frozenset[str]:
    """The names of a dataclass's fields and of those of every dataclass inside: the keys of its JSON."""
    names: set[str] = set()
    waiting: list[Any] = [view]
    seen: set[Any] = set()
    while waiting:
        hint = waiting.pop()
        # Views refer to each other; each is visited once.
        if hint in seen:
            continue
        seen.add(hint)
        if is_dataclass(hint):
            hints = get_type_hints(hint)
            names |= set(hints)
            waiting += hints.values()
        waiting += get_args(hint) if get_origin(hint) is not Literal else ()
    return frozenset(names)


@cache
def get_marks(view: type) -> Mapping[str, AnyMark]:
    """The marks on a class's own and inherited fields, by field. Raises NameError where a type is not
    available at run time: better no page than one whose marks were not seen.
    """
    hints = get_type_hints(view, include_extras=True)
    return {name: mark for name, hint in hints.items() if (mark := find_mark(hint)) is not None}


def find_mark(hint: Any) -> AnyMark | None:
    """The outermost mark in a type; of several in a union the first that is not `Open`. It covers everything
    in the field.
    """
    if isinstance(hint, NewType):
        return find_mark(hint.__supertype__)
    if get_origin(hint) is Annotated:
        inside, *metadata = get_args(hint)
        return next(
            (annotation for annotation in reversed(metadata) if isinstance(annotation, AnyMark)), None
        ) or find_mark(inside)
    marks = [mark for mark in map(find_mark, get_args(hint)) if mark is not None]
    # A union is as protected as its most protected member.
    return min(marks, key=lambda mark: isinstance(mark, Open), default=None)
