"""Learn: sixteen items, told apart by two equal buttons, with what each was at once and both figures at the end.

Without an account and without a cookie: what was answered travels, signed, in the pages' own forms. Alone, nothing is sent anywhere;
in a trainer's room only which items were mistaken.
"""

import re
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from warroom import clock, settings
from warroom.public.outside import classes
from warroom.public.outside.lesson_files import lesson_of, offered
from warroom.public.outside.lessons import Lesson
from warroom.public.outside.practice import ANSWERS, Practice, new_practice, read_practice
from warroom.web.public.forms import Posted, posted
from warroom.web.public.languages import chosen
from warroom.web.public.pages import page
from warroom.web.public.sending import send, text_of
from warroom.web.public.walls import Limits, network_of

NUMBER = re.compile(r"\+?[0-9][0-9 -]{7,18}[0-9]")
WAYS = ("sms", "line", "no")
ROOMS = Limits(most=20, seconds=60)
"""Wrong numbers of rooms of one network in a minute; a class may share one."""
SENDS = Limits(most=2 * classes.MOST, seconds=600)
"""What one network sends in ten minutes: a whole school may share it."""


def learn(request: Request) -> Response:
    """Which lesson."""
    lessons = [lesson_of(threat, chosen(request)) for threat in offered()]
    return page(request, "learn.html", lessons=lessons)


def begin(request: Request) -> Response:
    """The first item of a lesson."""
    lesson = lesson_of(request.path_params["threat"], chosen(request))
    if lesson is None:
        return RedirectResponse("/learn", 303)
    return _item(request, lesson, new_practice(lesson.threat))


def paper(request: Request) -> Response:
    """Eight items on one sheet of A4, the answers below the fold."""
    lesson = lesson_of(request.path_params["threat"], chosen(request))
    return (
        RedirectResponse("/learn", 303)
        if lesson is None
        else page(request, "lesson_sheet.html", lesson=lesson)
    )


def answered(request: Request, came: Posted) -> Response:
    """What the item was, at once."""
    practice, said = _came(request, came)
    letter = said.get("a", "")
    lesson = practice and lesson_of(practice.threat, chosen(request))
    if not practice or not lesson or letter not in ANSWERS or len(practice.answers) >= len(lesson.items):
        return RedirectResponse("/learn", 303)
    item = lesson.items[practice.order(lesson)[len(practice.answers)]]
    right = item.kind == ANSWERS[letter]
    return _page(request, "lesson_feedback.html", lesson, practice.answered(letter), item=item, right=right)


def onward(request: Request, came: Posted) -> Response:
    """The next item; after the last one, both figures."""
    practice, _ = _came(request, came)
    lesson = practice and lesson_of(practice.threat, chosen(request))
    if not practice or not lesson:
        return RedirectResponse("/learn", 303)
    if len(practice.answers) < len(lesson.items):
        return _item(request, lesson, practice)
    if practice.room:
        _hand_in(request, lesson, practice)
    return _result(request, lesson, practice)


def remind(request: Request, came: Posted) -> Response:
    """A reminder in four and in twelve weeks; the number is sealed to the room and deleted after."""
    practice, said = _came(request, came)
    lesson = practice and lesson_of(practice.threat, chosen(request))
    if not practice or not lesson or len(practice.answers) < len(lesson.items):
        return RedirectResponse("/learn", 303)
    way, number = said.get("way", ""), said.get("number", "")
    if way == "no":
        return _result(request, lesson, practice, note="learn.not_reminded")
    if way not in WAYS:
        return _result(request, lesson, practice, wrong={"way": "learn.way_missing"}, given=said, status=400)
    if not NUMBER.fullmatch(number):
        return _result(
            request, lesson, practice, wrong={"number": "learn.number_wrong"}, given=said, status=400
        )
    asked = {"remind": {"way": way, "number": number, "threat": lesson.threat, "language": lesson.language}}
    _send(request, asked, f"remind:{practice.seed}")
    return _result(request, lesson, practice, note="learn.reminded")


def certificate(request: Request, came: Posted) -> Response:
    """A paper that says what was practised and when; a name stands there only if it was typed, and is kept nowhere."""
    practice, said = _came(request, came)
    lesson = practice and lesson_of(practice.threat, chosen(request))
    if not practice or not lesson or len(practice.answers) < len(lesson.items):
        return RedirectResponse("/learn", 303)
    return _page(
        request, "lesson_certificate.html", lesson, practice, who=said.get("who", ""), today=_now().date()
    )


def _came(request: Request, came: Posted) -> tuple[Practice | None, dict[str, str]]:
    said = {name: text_of(came.fields, name, 200) for name in ("practice", "a", "way", "number", "who")}
    return read_practice(said["practice"], request.app.state.card.codes), said


def _item(request: Request, lesson: Lesson, practice: Practice) -> Response:
    item = lesson.items[practice.order(lesson)[len(practice.answers)]]
    return _page(request, "lesson.html", lesson, practice, item=item)


def _result(
    request: Request,
    lesson: Lesson,
    practice: Practice,
    *,
    note: str = "",
    wrong: dict[str, str] | None = None,
    given: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    missed = [lesson.items[item] for item in practice.mistaken(lesson)]
    return _page(
        request,
        "lesson_result.html",
        lesson,
        practice,
        status,
        missed=missed,
        note=note,
        wrong=wrong or {},
        given=given or {},
    )


def _page(
    request: Request, template: str, lesson: Lesson, practice: Practice, status: int = 200, **values: Any
) -> Response:
    signed = practice.signed(request.app.state.card.codes)
    response = page(request, template, status, lesson=lesson, practice=practice, signed=signed, **values)
    response.headers["cache-control"] = "no-store"
    return response


def _hand_in(request: Request, lesson: Lesson, practice: Practice) -> None:
    """To the trainer's room, once for each learner: which items were mistaken, and nothing of who."""
    said = {"room": practice.room, "threat": lesson.threat, "mistaken": practice.mistaken(lesson)}
    _send(request, said, practice.seed)


def _send(request: Request, said: dict[str, Any], once: str) -> None:
    if SENDS.allows(network_of(request, request.app.state.card.numbers)):
        send(request, "lesson", 0, said, once, receipt=False)


def rooms(request: Request) -> Response:
    """Where a learner types a room's number, and a trainer opens a room."""
    return _rooms(request)


def entered(request: Request, came: Posted) -> Response:
    """A learner comes into a room, or a trainer looks at it again."""
    number, look = _number_of(came), "look" in came.fields
    network = network_of(request, request.app.state.card.numbers)
    if ROOMS.spent(network):
        return _rooms(request, 429, "learn.room_wait")
    threat = classes.class_of(number, list(offered()), request.app.state.card.codes, _now())
    lesson = lesson_of(threat, chosen(request))
    if lesson is None:
        ROOMS.allows(network)
        return _rooms(request, 404, "learn.room_unknown")
    if look:
        return _class(request, lesson, number)
    if not classes.is_open(_now()):
        return _rooms(request, 404, "learn.room_closed")
    return _item(request, lesson, new_practice(threat, number))


def opened(request: Request, came: Posted) -> Response:
    """A new room for a lesson."""
    lesson = lesson_of(text_of(came.fields, "threat", 40), chosen(request))
    if lesson is None:
        return _rooms(request, 400, "learn.lesson_missing")
    if not classes.is_open(_now()):
        return _rooms(request, 400, "learn.room_closed")
    number = classes.open_class(lesson.threat, list(offered()), request.app.state.card.codes, _now())
    return _class(request, lesson, number)


def _class(request: Request, lesson: Lesson, number: str) -> Response:
    found = request.app.state.door.published(f"class-{_now():%Y%m%d}-{number}")
    body = found[0] if found else {"finished": 0, "summed": 0}
    response = page(
        request, "lesson_class.html", lesson=lesson, number=number, body=body, fewest=classes.FEWEST
    )
    response.headers["cache-control"] = "no-store"
    return response


def _rooms(request: Request, status: int = 200, wrong: str = "") -> Response:
    lessons = [lesson_of(threat, chosen(request)) for threat in offered()]
    return page(
        request, "lesson_room.html", status, lessons=lessons, wrong=wrong, open=classes.is_open(_now())
    )


def class_file(request: Request, came: Posted) -> Response:
    """The trainer's file: sums, d-prime, and each item."""
    number = _number_of(came)
    network = network_of(request, request.app.state.card.numbers)
    if ROOMS.spent(network):
        return _rooms(request, 429, "learn.room_wait")
    threat = classes.class_of(number, list(offered()), request.app.state.card.codes, _now())
    found = request.app.state.door.published(f"class-{_now():%Y%m%d}-{number}") if threat else None
    lesson = lesson_of(threat, chosen(request))
    if lesson is None:
        ROOMS.allows(network)
    if found is None or lesson is None or not found[0]["summed"]:
        return _rooms(request, 404, "learn.room_unknown")
    body = found[0]
    rows = [
        "what,kind,learners,mistaken",
        *(f"{item},{lesson.items[item].kind},{body['summed']},{count}" for item, count in body["mistaken"]),
        f"d-prime (log-linear),,{body['summed']},{body['d_prime']}",
    ]
    headers = {"content-disposition": "attachment; filename=class.csv", "cache-control": "no-store"}
    return Response("\n".join(rows) + "\n", media_type="text/csv; charset=utf-8", headers=headers)


def _number_of(came: Posted) -> str:
    return re.sub(r"[^0-9]", "", text_of(came.fields, "number", 20))


def _now() -> datetime:
    return classes.local(clock.wall(), settings.text("WARROOM_TIMEZONE"))


ROUTES = (
    Route("/learn", learn),
    Route("/learn/room", rooms),
    Route("/learn/room", posted(entered), methods=["POST"]),
    Route("/learn/room/open", posted(opened), methods=["POST"]),
    Route("/learn/room/file", posted(class_file), methods=["POST"]),
    Route("/learn/answer", posted(answered), methods=["POST"]),
    Route("/learn/next", posted(onward), methods=["POST"]),
    Route("/learn/remind", posted(remind), methods=["POST"]),
    Route("/learn/certificate", posted(certificate), methods=["POST"]),
    Route("/learn/{threat}", begin),
    Route("/learn/{threat}/sheet", paper),
)
