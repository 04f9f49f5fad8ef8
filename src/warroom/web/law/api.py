"""The dated legal rules and lawyers' word on them."""

from typing import Annotated

from fastapi import Path

from warroom.law import decisions
from warroom.law.rules import repository as law
from warroom.web.doors.access_table import SIGNED_IN
from warroom.web.kit.answers import make_list_type
from warroom.web.kit.api import Book, Caller, make_area_router
from warroom.web.kit.shapes import RuleOut

router = make_area_router("law")
RuleId = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,60}$", examples=["hold-on-report"])]


@router.get("/law", may=SIGNED_IN, response_model=make_list_type(RuleOut))
def rules(caller: Caller, book: Book) -> object:
    """Every rule and who has confirmed its present text."""
    return law.list_rules(book)


@router.post("/law/{rule_id}/confirm", may=("lawyer",), response_model=RuleOut)
def confirm(caller: Caller, book: Book, rule_id: RuleId) -> object:
    """A lawyer says that the rule's text is the law; twice is once."""
    return decisions.confirm_law(book, caller, rule_id)
