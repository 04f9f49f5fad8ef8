"""The briefing of a period for programs."""

from dataclasses import fields
from datetime import datetime
from typing import Annotated, Any, Self

from fastapi import Query

from warroom import clock
from warroom.access.role_groups import CASE_WORKERS
from warroom.room.briefing import period
from warroom.room.briefing import queries as service
from warroom.room.briefing.period import checked
from warroom.room.briefing.views import (
    Briefing,
    BriefingRow,
    Effect,
    Figure,
    FoundCount,
    Unit,
)
from warroom.web.kit.answers import answer_of
from warroom.web.kit.api import Answer, Baht, Book, Caller, Moment, area

router = area("briefing")


class Measured(Answer):
    """An amount in its own unit; the other two are null."""

    baht: Baht | None = None
    seconds: int | None = None
    number: int | None = None

    @classmethod
    def of(cls, value: int | None, unit: Unit) -> Self:
        names = {"satang": "baht", "seconds": "seconds", "number": "number", "": "number"}
        return cls() if value is None else cls(**{names[unit]: value})


RowOut = answer_of(BriefingRow, "RowOut", also={"amount": Measured})
FigureOut = answer_of(Figure, leave_out=("unit",), also={"amount": Measured}, of=(RowOut,))
EffectOut = answer_of(Effect, leave_out=("unit",), also=dict.fromkeys(("value", "low", "high"), Measured))
FoundOut = answer_of(FoundCount, "FoundOut")
BriefingOut = answer_of(Briefing, leave_out=("officer", "lines"), of=(FigureOut, FoundOut, EffectOut))


@router.get("/briefing", may=CASE_WORKERS, response_model=BriefingOut)
def made(
    book: Book,
    officer: Caller,
    since: Annotated[
        Moment | None, Query(alias="from", description="Seven days before the end unless said")
    ] = None,
    until: Annotated[Moment | None, Query(description="Not part of the period; now unless said")] = None,
) -> object:
    """The briefing of a period of at most three years; the reading is logged."""
    ends: datetime = until or clock.now()
    return shaped(service.briefing(book, officer, checked(since or ends - period.USUAL, ends)))


def shaped(found: Briefing) -> dict[str, Any]:
    """A briefing as `BriefingOut` has it: every amount in the unit of its figure."""
    return _measured(found) | {
        "figures": [
            _measured(one, one.unit, "amount")
            | {"rows": [_measured(row, one.unit, "amount") for row in one.rows]}
            for one in found.figures
        ],
        "effects": [_measured(one, one.unit, "value", "low", "high") for one in found.effects],
    }


def _measured(
    view: Briefing | BriefingRow | Figure | Effect, unit: Unit = "", *amounts: str
) -> dict[str, Any]:
    said = {one.name: getattr(view, one.name) for one in fields(view)}
    return said | {name: Measured.of(said[name], unit) for name in amounts}
