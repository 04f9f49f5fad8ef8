"""The briefing of a period for programs."""

from dataclasses import fields
from datetime import datetime
from typing import Annotated, Any, Self

from fastapi import Query

from warroom import clock
from warroom.access.role_groups import CASE_WORKERS
from warroom.room.briefing import period
from warroom.room.briefing import queries as service
from warroom.room.briefing.period import build_period
from warroom.room.briefing.views import (
    BandedFigure,
    Briefing,
    BriefingFigure,
    BriefingRow,
    FoundCount,
    Unit,
)
from warroom.web.kit.answers import make_view_answer
from warroom.web.kit.api import Answer, Baht, Book, Caller, Moment, make_area_router

router = make_area_router("briefing")


class Measured(Answer):
    """An amount in its own unit; the other two are null."""

    baht: Baht | None = None
    seconds: int | None = None
    number: int | None = None

    @classmethod
    def from_amount(cls, value: int | None, unit: Unit) -> Self:
        names = {"satang": "baht", "seconds": "seconds", "number": "number", "": "number"}
        return cls() if value is None else cls(**{names[unit]: value})


RowOut = make_view_answer(BriefingRow, "RowOut", also={"amount": Measured})
FigureOut = make_view_answer(BriefingFigure, leave_out=("unit",), also={"amount": Measured}, of=(RowOut,))
EffectOut = make_view_answer(
    BandedFigure, leave_out=("unit",), also=dict.fromkeys(("value", "low", "high"), Measured)
)
FoundOut = make_view_answer(FoundCount, "FoundOut")
BriefingOut = make_view_answer(Briefing, leave_out=("officer", "lines"), of=(FigureOut, FoundOut, EffectOut))


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
    ends: datetime = until or clock.get_now()
    return shape_briefing(
        service.read_briefing(book, officer, build_period(since or ends - period.USUAL, ends))
    )


def shape_briefing(briefing: Briefing) -> dict[str, Any]:
    """A briefing as `BriefingOut` has it: every amount in the unit of its figure."""
    return _shape_view(briefing) | {
        "figures": [
            _shape_view(figure, figure.unit, "amount")
            | {"rows": [_shape_view(row, figure.unit, "amount") for row in figure.rows]}
            for figure in briefing.figures
        ],
        "effects": [_shape_view(effect, effect.unit, "value", "low", "high") for effect in briefing.effects],
    }


def _shape_view(
    view: Briefing | BriefingRow | BriefingFigure | BandedFigure, unit: Unit = "", *amounts: str
) -> dict[str, Any]:
    said = {one.name: getattr(view, one.name) for one in fields(view)}
    return said | {name: Measured.from_amount(said[name], unit) for name in amounts}
