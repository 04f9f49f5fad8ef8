"""Adverts classified as lures: the list of the last run, one with marked text, a shared script with its pages, and the takedown
package for a platform.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response

from warroom import clock, settings
from warroom.access import role_groups
from warroom.access.role_groups import SIGNAL_READERS
from warroom.errors import NotFound
from warroom.law.kinds.declarations import load_kind
from warroom.ledger.officers import Officer
from warroom.runtime.open_home import OpenHome
from warroom.signals.adverts.advert import Advert, subject_of
from warroom.signals.adverts.clusters.lures import Lures, Organiser
from warroom.signals.adverts.clusters.template import build_template, has_common_words
from warroom.signals.adverts.declaration import ADVERTS, has_distress
from warroom.signals.adverts.takedown import TakedownPackage, build_packages
from warroom.signals.signal import Signal
from warroom.signals.techniques.tags import list_signal_techniques
from warroom.triage import queries
from warroom.web.actions import pages as action_pages
from warroom.web.adverts.shown import MarkedAdvert, mark_red_flags
from warroom.web.doors.router import Router
from warroom.web.kit.forms import read_text_field
from warroom.web.kit.lists import clamp_offset, make_list_address
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import render_page
from warroom.web.kit.parameters import Form, Name
from warroom.web.kit.sessions import SignedIn
from warroom.web.kit.shapes import Id
from warroom.web.triage.words import describe_signal

router = Router(include_in_schema=False)
# Adverts on a page of the list: each takes several lines. Chosen, not measured.
SIZE = 20
SHOWN = 12
"""Adverts and pages listed for one page, script or organiser. Chosen, not measured."""
KIND = "page-takedown"


@router.get("/adverts", may=SIGNAL_READERS)
def show_adverts(request: Request, officer: SignedIn, show: str = "waiting", offset: int = 0) -> Response:
    room = open_home_of(request)
    offset, waiting = clamp_offset(offset), show != "all"
    last = room.load_signals(ADVERTS.name)
    signal_list = queries.list_signals(room.ledger, officer, last, waiting=waiting, limit=SIZE, offset=offset)
    return render_page(
        request,
        "adverts.html",
        found=signal_list,
        lines=[describe_signal(view) for view in signal_list.rows],
        distress=[signal for signal in last if has_distress(signal)],
        looked=queries.find_last_look(room.ledger, ADVERTS.name),
        hour=settings.get_text("WARROOM_SIGNALS_AT"),
        waiting=waiting,
        offset=offset,
        size=SIZE,
        address=make_list_address("/adverts", {} if waiting else {"show": "all"}),
    )


@router.get("/adverts/scripts/{number}", may=SIGNAL_READERS)
def show_script(request: Request, number: Id, officer: SignedIn) -> Response:
    """A script: its template, who shows it, who of them hang together, and the package of each platform."""
    room = open_home_of(request)
    last, lures = _load_signals(room, officer), room.load_lures()
    cluster = lures.clusters.get(number)
    if cluster is None:
        raise NotFound("adverts.no-such-script")
    organisers = [organiser for organiser in lures.organisers if number in organiser.scripts]
    pieces = build_template([advert.text for advert in cluster.adverts])
    return render_page(
        request,
        "advert_script.html",
        cluster=cluster,
        pieces=pieces,
        common=has_common_words(pieces),
        organisers=organisers,
        regrown={organiser.pages: lures.list_regrown_pages(organiser) for organiser in organisers},
        rows=[_build_page_row(lures, last, subject) for subject in cluster.pages[:SHOWN]],
        more=max(0, len(cluster.pages) - SHOWN),
        packages=build_packages(cluster.adverts, _select_signals(last, cluster.pages), _find_moment(last)),
        path=f"/adverts/scripts/{number}",
        may_take_down=officer.has_role(*load_kind(KIND).proposes),
    )


@router.get("/adverts/{record_id}", may=SIGNAL_READERS)
def show_advert_page(request: Request, record_id: Name, officer: SignedIn) -> Response:
    room = open_home_of(request)
    view = queries.load_signal(room.ledger, room.lake, officer, record_id)
    lures = room.load_lures()
    adverts = [advert for advert in lures.adverts if subject_of(advert) == view.signal.subject]
    organiser = lures.organiser_of(view.signal.subject)
    return render_page(
        request,
        "advert.html",
        one=view,
        line=describe_signal(view),
        again=lures.reposted_pages.get(view.signal.subject),
        techniques=list_signal_techniques(view.signal),
        distress=has_distress(view.signal),
        adverts=[MarkedAdvert(advert, mark_red_flags(advert.text)) for advert in adverts[:SHOWN]],
        more=max(0, len(adverts) - SHOWN),
        scripts=_list_shared_scripts(lures, adverts),
        organiser=organiser,
        regrown=lures.list_regrown_pages(organiser) if organiser else (),
        rows=[
            _build_page_row(lures, room.load_signals(ADVERTS.name), subject)
            for subject in organiser.pages[:SHOWN]
        ]
        if organiser
        else [],
        more_pages=max(0, len(organiser.pages) - SHOWN) if organiser else 0,
        packages=_build_packages(room, lures, view.signal, organiser),
        path=f"/adverts/{record_id}",
        may_handle=officer.has_role(*role_groups.SIGNAL_HANDLERS),
        may_take_down=officer.has_role(*load_kind(KIND).proposes),
    )


@router.get("/adverts/{record_id}/package/{platform}", may=SIGNAL_READERS)
def download_page_package(request: Request, record_id: Name, platform: str, officer: SignedIn) -> Response:
    return _send_package(_load_page_package(request, record_id, platform, officer))


@router.get("/adverts/scripts/{number}/package/{platform}", may=SIGNAL_READERS)
def download_script_package(request: Request, number: Id, platform: str, officer: SignedIn) -> Response:
    return _send_package(_load_script_package(request, number, platform, officer))


@router.post("/adverts/{record_id}/takedown", may=("officer", "logistics"))
def begin_page_takedown(request: Request, record_id: Name, officer: SignedIn, form: Form) -> Response:
    """The form of a takedown with the pages, the reasons and the package's digest; nothing is proposed before it is sent."""
    return _render_takedown_form(
        request, officer, _load_page_package(request, record_id, read_text_field(form, "platform"), officer)
    )


@router.post("/adverts/scripts/{number}/takedown", may=("officer", "logistics"))
def begin_script_takedown(request: Request, number: Id, officer: SignedIn, form: Form) -> Response:
    return _render_takedown_form(
        request, officer, _load_script_package(request, number, read_text_field(form, "platform"), officer)
    )


def _load_signals(room: OpenHome, officer: Officer) -> Sequence[Signal]:
    """The signals of the last run, for who may read signals; raises NotAllowed."""
    last = room.load_signals(ADVERTS.name)
    # Called for its check of roles; no row is read.
    queries.list_signals(room.ledger, officer, last, limit=0)
    return last


def _load_page_package(request: Request, record_id: str, platform: str, officer: Officer) -> TakedownPackage:
    room = open_home_of(request)
    signal = queries.load_signal(room.ledger, room.lake, officer, record_id).signal
    lures = room.load_lures()
    return _require_package(
        _build_packages(room, lures, signal, lures.organiser_of(signal.subject)), platform
    )


def _load_script_package(request: Request, number: int, platform: str, officer: Officer) -> TakedownPackage:
    room = open_home_of(request)
    last, cluster = _load_signals(room, officer), room.load_lures().clusters.get(number)
    if cluster is None:
        raise NotFound("adverts.no-such-script")
    return _require_package(
        build_packages(cluster.adverts, _select_signals(last, cluster.pages), _find_moment(last)), platform
    )


def _build_packages(
    room: OpenHome, lures: Lures, signal: Signal, organiser: Organiser | None
) -> tuple[TakedownPackage, ...]:
    """Of the page and, where it has one, of its organiser: those of its pages that the last run names too."""
    about = _select_signals(room.load_signals(ADVERTS.name), organiser.pages if organiser else ())
    named = {signal.subject, *(one.subject for one in about)}
    signals = (signal, *(one for one in about if one.subject != signal.subject))
    return build_packages([one for one in lures.adverts if subject_of(one) in named], signals, signal.as_of)


def _select_signals(last: Sequence[Signal], pages: Sequence[object]) -> list[Signal]:
    return [one for one in last if one.subject in pages]


def _find_moment(last: Sequence[Signal]) -> datetime:
    return last[0].as_of if last else clock.get_now()


def _require_package(made: Sequence[TakedownPackage], platform: str) -> TakedownPackage:
    found = next((one for one in made if one.platform == platform), None)
    if found is None:
        raise NotFound("adverts.nothing-stands")
    return found


def _send_package(package: TakedownPackage) -> Response:
    name = f'attachment; filename="takedown-{package.sha256[:12]}.zip"'
    return Response(package.content, media_type="application/zip", headers={"Content-Disposition": name})


def _render_takedown_form(request: Request, officer: Officer, package: TakedownPackage) -> Response:
    from warroom.web.adverts.shown import prefill_takedown
    from warroom.web.kit.pages import say_for

    return action_pages.render_filled_form(
        request, officer, load_kind(KIND), prefill_takedown(package, say_for(request))
    )


def _list_shared_scripts(lures: Lures, adverts: Sequence[Advert]) -> list[tuple[int, int]]:
    """Scripts that a page copies and others show, with how many pages show them."""
    numbers = dict.fromkeys(number for one in adverts for number in lures.scripts_of(one))
    return [(number, len(lures.clusters[number].pages)) for number in numbers if number in lures.clusters]


def _build_page_row(lures: Lures, last: Sequence[Signal], subject: object) -> dict[str, object]:
    """A page in a list of pages: its signal where it has one, since when it is there, and whether it is gone."""
    signal = next((candidate for candidate in last if candidate.subject == subject), None)
    first = lures.first_seen[subject]  # type: ignore[index]
    adverts = sum(subject_of(advert) == subject for advert in lures.adverts)
    return {
        "subject": subject,
        "signal": signal,
        "first": first.astimezone(UTC),
        "again": lures.reposted_pages.get(subject),  # type: ignore[call-overload]
        "gone": lures.removed_pages.get(subject),  # type: ignore[call-overload]
        "adverts": adverts,
    }
