"""Suspected buildings over the interface: the list, and one dossier."""

from typing import Annotated

from fastapi import Path
from starlette.requests import Request

from warroom.access.masking import redact
from warroom.access.role_groups import CASE_READERS
from warroom.room.map import site_page
from warroom.sites.dossier_views import SiteRecords
from warroom.web.kit.answers import make_view_answer
from warroom.web.kit.api import Book, Caller, make_area_router
from warroom.web.kit.open_home import open_home_of

router = make_area_router("map")
SiteId = Annotated[str, Path(min_length=1, max_length=200)]
SiteOut = make_view_answer(SiteRecords, "SiteOut", leave_out=("near",))


@router.get("/sites/{site}", may=CASE_READERS, response_model=SiteOut)
def site(request: Request, caller: Caller, book: Book, site: SiteId) -> object:
    """What records say of a building, for and against, and what none covers; the look is logged. A home has no dossier."""
    return redact(caller, site_page.read_site(book, open_home_of(request).lake, caller, site))
