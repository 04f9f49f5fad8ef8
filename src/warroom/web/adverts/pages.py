"""Adverts that look like lures: the pages of the last run, one with its words marked, a script with who shows it, and what a
platform gets when they are to be taken down.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response

from warroom import clock, settings
from warroom.access import role_groups
from warroom.access.role_groups import SIGNAL_READERS
from warroom.errors import NotFound
from warroom.law.kinds.declarations import kind_of
from warroom.ledger.officers import Officer
from warroom.runtime.open_home import OpenHome
from warroom.signals.adverts.advert import Advert, subject_of
from warroom.signals.adverts.clusters.lures import Lures, Organiser
from warroom.signals.adverts.clusters.template import has_common_words, template
from warroom.signals.adverts.declaration import ADVERTS, has_distress
from warroom.signals.adverts.takedown import Package, packages
from warroom.signals.signal import Signal
from warroom.signals.techniques.tags import of_signal
from warroom.triage import queries
from warroom.web.actions import pages as action_pages
from warroom.web.adverts.shown import Marked, marked
from warroom.web.doors.router import Router
from warroom.web.kit.forms import text
from warroom.web.kit.lists import address, start_of
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import page
from warroom.web.kit.parameters import Form, Name
from warroom.web.kit.sessions import SignedIn
from warroom.web.kit.shapes import Id
from warroom.web.triage.words import line_of

router = Router(include_in_schema=False)
SIZE = 20
SHOWN = 12
"""Adverts and pages shown of one page, script or organiser."""
KIND = "page-takedown"


@router.get("/adverts", may=SIGNAL_READERS)
def listed(request: Request, officer: SignedIn, show: str = "waiting", offset: int = 0) -> Response:
    room = open_home_of(request)
    offset, waiting = start_of(offset), show != "all"
    last = room.signals(ADVERTS.name)
    found = queries.listed(room.ledger, officer, last, waiting=waiting, limit=SIZE, offset=offset)
    return page(
        request,
        "adverts.html",
        found=found,
        lines=[line_of(view) for view in found.rows],
        distress=[one for one in last if has_distress(one)],
        looked=queries.last_look(room.ledger, ADVERTS.name),
        hour=settings.text("WARROOM_SIGNALS_AT"),
        waiting=waiting,
        offset=offset,
        size=SIZE,
        address=address("/adverts", {} if waiting else {"show": "all"}),
    )


@router.get("/adverts/scripts/{number}", may=SIGNAL_READERS)
def script(request: Request, number: Id, officer: SignedIn) -> Response:
    """A script: its template, who shows it, who of them hang together, and the package of each platform."""
    room = open_home_of(request)
    last, lures = _read(room, officer), room.lures()
    cluster = lures.clusters.get(number)
    if cluster is None:
        raise NotFound("adverts.no-such-script")
    organisers = [one for one in lures.organisers if number in one.scripts]
    pieces = template([one.text for one in cluster.adverts])
    return page(
        request,
        "advert_script.html",
        cluster=cluster,
        pieces=pieces,
        common=has_common_words(pieces),
        organisers=organisers,
        regrown={one.pages: lures.regrown(one) for one in organisers},
        rows=[_row(lures, last, each) for each in cluster.pages[:SHOWN]],
        more=max(0, len(cluster.pages) - SHOWN),
        packages=packages(cluster.adverts, _about(last, cluster.pages), _moment(last)),
        path=f"/adverts/scripts/{number}",
        may_take_down=officer.may(*kind_of(KIND).proposes),
    )


@router.get("/adverts/{record_id}", may=SIGNAL_READERS)
def one(request: Request, record_id: Name, officer: SignedIn) -> Response:
    room = open_home_of(request)
    found = queries.one(room.ledger, room.lake, officer, record_id)
    lures = room.lures()
    adverts = [each for each in lures.adverts if subject_of(each) == found.signal.subject]
    organiser = lures.organiser_of(found.signal.subject)
    return page(
        request,
        "advert.html",
        one=found,
        line=line_of(found),
        again=lures.again.get(found.signal.subject),
        techniques=of_signal(found.signal),
        distress=has_distress(found.signal),
        adverts=[Marked(each, marked(each.text)) for each in adverts[:SHOWN]],
        more=max(0, len(adverts) - SHOWN),
        scripts=_scripts(lures, adverts),
        organiser=organiser,
        regrown=lures.regrown(organiser) if organiser else (),
        rows=[_row(lures, room.signals(ADVERTS.name), each) for each in organiser.pages[:SHOWN]]
        if organiser
        else [],
        more_pages=max(0, len(organiser.pages) - SHOWN) if organiser else 0,
        packages=_packages(room, lures, found.signal, organiser),
        path=f"/adverts/{record_id}",
        may_handle=officer.may(*role_groups.SIGNAL_HANDLERS),
        may_take_down=officer.may(*kind_of(KIND).proposes),
    )


@router.get("/adverts/{record_id}/package/{platform}", may=SIGNAL_READERS)
def page_package(request: Request, record_id: Name, platform: str, officer: SignedIn) -> Response:
    return _file(_of_page(request, record_id, platform, officer))


@router.get("/adverts/scripts/{number}/package/{platform}", may=SIGNAL_READERS)
def script_package(request: Request, number: Id, platform: str, officer: SignedIn) -> Response:
    return _file(_of_script(request, number, platform, officer))


@router.post("/adverts/{record_id}/takedown", may=("officer", "logistics"))
def page_takedown(request: Request, record_id: Name, officer: SignedIn, form: Form) -> Response:
    """The form of a takedown with the pages, the reasons and the package's digest; nothing is proposed before it is sent."""
    return _begun(request, officer, _of_page(request, record_id, text(form, "platform"), officer))


@router.post("/adverts/scripts/{number}/takedown", may=("officer", "logistics"))
def script_takedown(request: Request, number: Id, officer: SignedIn, form: Form) -> Response:
    return _begun(request, officer, _of_script(request, number, text(form, "platform"), officer))


def _read(room: OpenHome, officer: Officer) -> Sequence[Signal]:
    """The signals of the last run, for who may read signals; raises NotAllowed."""
    last = room.signals(ADVERTS.name)
    queries.listed(room.ledger, officer, last, limit=0)
    return last


def _of_page(request: Request, record_id: str, platform: str, officer: Officer) -> Package:
    room = open_home_of(request)
    signal = queries.one(room.ledger, room.lake, officer, record_id).signal
    lures = room.lures()
    return _chosen(_packages(room, lures, signal, lures.organiser_of(signal.subject)), platform)


def _of_script(request: Request, number: int, platform: str, officer: Officer) -> Package:
    room = open_home_of(request)
    last, cluster = _read(room, officer), room.lures().clusters.get(number)
    if cluster is None:
        raise NotFound("adverts.no-such-script")
    return _chosen(packages(cluster.adverts, _about(last, cluster.pages), _moment(last)), platform)


def _packages(
    room: OpenHome, lures: Lures, signal: Signal, organiser: Organiser | None
) -> tuple[Package, ...]:
    """Of the page and, where it has one, of its organiser: those of its pages that the last run names too."""
    about = _about(room.signals(ADVERTS.name), organiser.pages if organiser else ())
    named = {signal.subject, *(one.subject for one in about)}
    signals = (signal, *(one for one in about if one.subject != signal.subject))
    return packages([one for one in lures.adverts if subject_of(one) in named], signals, signal.as_of)


def _about(last: Sequence[Signal], pages: Sequence[object]) -> list[Signal]:
    return [one for one in last if one.subject in pages]


def _moment(last: Sequence[Signal]) -> datetime:
    return last[0].as_of if last else clock.now()


def _chosen(made: Sequence[Package], platform: str) -> Package:
    found = next((one for one in made if one.platform == platform), None)
    if found is None:
        raise NotFound("adverts.nothing-stands")
    return found


def _file(package: Package) -> Response:
    name = f'attachment; filename="takedown-{package.sha256[:12]}.zip"'
    return Response(package.content, media_type="application/zip", headers={"Content-Disposition": name})


def _begun(request: Request, officer: Officer, package: Package) -> Response:
    from warroom.web.adverts.shown import prefilled
    from warroom.web.kit.pages import say_for

    return action_pages.filled(request, officer, kind_of(KIND), prefilled(package, say_for(request)))


def _scripts(lures: Lures, adverts: Sequence[Advert]) -> list[tuple[int, int]]:
    """Scripts that a page copies and others show, with how many pages show them."""
    numbers = dict.fromkeys(number for one in adverts for number in lures.scripts_of(one))
    return [(number, len(lures.clusters[number].pages)) for number in numbers if number in lures.clusters]


def _row(lures: Lures, last: Sequence[Signal], subject: object) -> dict[str, object]:
    """A page in a list of pages: its signal where it has one, since when it is there, and whether it is gone."""
    signal = next((one for one in last if one.subject == subject), None)
    first = lures.first_seen[subject]  # type: ignore[index]
    adverts = sum(subject_of(one) == subject for one in lures.adverts)
    return {
        "subject": subject,
        "signal": signal,
        "first": first.astimezone(UTC),
        "again": lures.again.get(subject),  # type: ignore[call-overload]
        "gone": lures.gone.get(subject),  # type: ignore[call-overload]
        "adverts": adverts,
    }
