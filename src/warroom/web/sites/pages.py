"""Suspected buildings: the list, one dossier, and the dossier as a paper."""

import hashlib

from starlette.requests import Request
from starlette.responses import Response

from warroom.access.masking import redact
from warroom.access.role_groups import CASE_READERS, CHART_TAKERS, OPERATION_PLANNERS
from warroom.room.map import site_page
from warroom.web.doors.router import Router
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import render_page, say_for
from warroom.web.kit.sessions import SignedIn
from warroom.web.sites.drawing import draw_load
from warroom.web.sites.paper import EXERCISE, render_site_paper
from warroom.web.sites.words import SiteWords

router = Router(include_in_schema=False)


@router.get("/sites", may=CASE_READERS)
def show_sites(request: Request, officer: SignedIn) -> Response:
    """The buildings that tips name, the most named first."""
    room = open_home_of(request)
    rows = site_page.read_sites(room.ledger, room.lake, officer)
    return render_page(request, "sites.html", rows=rows, told=SiteWords(say_for(request)))


@router.get("/sites/{site:path}/paper", may=CHART_TAKERS)
def download_site_paper(request: Request, site: str, officer: SignedIn) -> Response:
    """The dossier as a PDF; the log records its SHA-256."""
    room, say = open_home_of(request), say_for(request)
    dossier = redact(officer, site_page.read_site(room.ledger, room.lake, officer, site))
    paper = render_site_paper(dossier, say, officer, EXERCISE if room.home.exercise else "")
    site_page.log_site_paper(room.ledger, officer, site, hashlib.sha256(paper).hexdigest())
    headers = {"content-disposition": 'attachment; filename="site.pdf"'}
    return Response(paper, media_type="application/pdf", headers=headers)


@router.get("/sites/{site:path}", may=CASE_READERS)
def show_site(request: Request, site: str, officer: SignedIn) -> Response:
    room = open_home_of(request)
    dossier = redact(officer, site_page.read_site(room.ledger, room.lake, officer, site))
    return render_page(
        request,
        "site.html",
        site=dossier,
        told=SiteWords(say_for(request)),
        drawing=draw_load(dossier.load),
        may_plan=officer.has_role(*OPERATION_PLANNERS),
        may_take=officer.has_role(*CHART_TAKERS),
    )
