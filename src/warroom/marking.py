"""Marks that stand in the types of fields: which hold an account's number, which say who somebody is, which hold what a
survivor said.

A view bears them where it declares its fields (`account: AccountNumber`), so that no class or field can lose its mark by
another name. Here they are only said; `access.marks` masks by them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, NewType, get_args, get_origin, get_type_hints


class Mark(StrEnum):
    """What a field holds that not every reader of its view needs."""

    ACCOUNT = "account"
    PERSONAL = "personal"
    SURVIVOR = "survivor"


@dataclass(frozen=True, slots=True, eq=False)
class MarkOf:
    """The mark that another field of the same class decides: what stands in `field` is looked up in `marks`, and what is
    not there is open. `masked_as` where it is masked otherwise than the mark says.
    """

    field: str
    marks: Mapping[str, Mark]
    masked_as: Mark | None = None


@dataclass(frozen=True, slots=True)
class Open:
    """Said of a field whose name sounds like a mark and which every reader may read: `why`."""

    why: str


AccountNumber = Annotated[str, Mark.ACCOUNT]
Personal = Annotated[str, Mark.PERSONAL]
Survivor = Annotated[str, Mark.SURVIVOR]
AnyMark = Mark | MarkOf | Open


@cache
def marks_on(view: type) -> Mapping[str, AnyMark]:
    """The marks on a class's own and inherited fields, by field. Raises NameError where a type is not there at run time:
    better no page than one whose marks were not seen.
    """
    hints = get_type_hints(view, include_extras=True)
    return {name: mark for name, hint in hints.items() if (mark := mark_in(hint)) is not None}


def mark_in(hint: Any) -> AnyMark | None:
    """The outermost mark in a type; of several side by side the first that is none of `Open`. It stands for all that the
    field holds.
    """
    if isinstance(hint, NewType):
        return mark_in(hint.__supertype__)
    if get_origin(hint) is Annotated:
        inside, *said = get_args(hint)
        return next((one for one in reversed(said) if isinstance(one, AnyMark)), None) or mark_in(inside)
    found = [mark for mark in map(mark_in, get_args(hint)) if mark is not None]
    return min(found, key=lambda mark: isinstance(mark, Open), default=None)
