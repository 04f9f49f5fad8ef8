"""Lessons: sixteen items to be judged as scam or genuine, with feedback after each and two figures at the end.

There is no account and no cookie: the answers travel in the pages' forms, signed. A learner alone sends nothing to the war room;
one in a trainer's class sends only which items were answered wrongly.
"""

import re
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from warroom import clock, settings
from warroom.public.outside import classes
from warroom.public.outside.lesson_files import lesson_of, load_offered_lessons
from warroom.public.outside.lessons import Lesson
from warroom.public.outside.practice import ANSWERS, Practice, new_practice, read_practice
from warroom.web.public.forms import PostedForm, make_form_endpoint
from warroom.web.public.languages import choose_language
from warroom.web.public.limits import NetworkRateLimit, digest_network
from warroom.web.public.pages import render_page, show_service_worker
from warroom.web.public.sending import read_text_field, submit_sealed

NUMBER = re.compile(r"\+?[0-9][0-9 -]{7,18}[0-9]")
WAYS = ("sms", "line", "no")
CLASSROOM_RATE_LIMIT = NetworkRateLimit(most=20, seconds=60)
"""Wrong room numbers per network and minute: a whole class may share a network. Chosen, not measured."""
LESSON_RATE_LIMIT = NetworkRateLimit(most=2 * classes.MOST, seconds=600)
"""Submissions per network in ten minutes: a whole school may share a network. Chosen, not measured."""


def show_lessons(request: Request) -> Response:
    """Which lesson."""
    lessons = [lesson_of(threat, choose_language(request)) for threat in load_offered_lessons()]
    return render_page(request, "learn.html", lessons=lessons)


def start_lesson(request: Request) -> Response:
    """The first item of a lesson."""
    lesson = lesson_of(request.path_params["threat"], choose_language(request))
    if lesson is None:
        return RedirectResponse("/learn", 303)
    return _render_item(request, lesson, new_practice(lesson.threat))


def show_lesson_sheet(request: Request) -> Response:
    """Eight items on one sheet of A4, the answers below the fold."""
    lesson = lesson_of(request.path_params["threat"], choose_language(request))
    return (
        RedirectResponse("/learn", 303)
        if lesson is None
        else render_page(request, "lesson_sheet.html", lesson=lesson)
    )


def show_whole_lesson(request: Request) -> Response:
    """All items on one page, each with its answer folded under it: for a telephone that loses its signal, or to save."""
    lesson = lesson_of(request.path_params["threat"], choose_language(request))
    if lesson is None:
        return RedirectResponse("/learn", 303)
    # Mixed the same way for everybody: the page is kept, and a class may look at it together.
    order = Practice(lesson.threat, "whole").order_items(lesson)
    return render_page(
        request, "lesson_whole.html", lesson=lesson, items=[lesson.items[item] for item in order]
    )


def answer_item(request: Request, submission: PostedForm) -> Response:
    """The feedback on one answer."""
    practice, answers = _read_practice_form(request, submission)
    letter = answers.get("a", "")
    lesson = practice and lesson_of(practice.threat, choose_language(request))
    # An edited or outdated form is no error to explain: the learner starts again.
    if not practice or not lesson or letter not in ANSWERS or len(practice.answers) >= len(lesson.items):
        return RedirectResponse("/learn", 303)
    item = lesson.items[practice.order_items(lesson)[len(practice.answers)]]
    right = item.kind == ANSWERS[letter]
    return _render_lesson_page(
        request, "lesson_feedback.html", lesson, practice.with_answer(letter), item=item, right=right
    )


def show_next_item(request: Request, submission: PostedForm) -> Response:
    """The next item; after the last one, both figures."""
    practice, _ = _read_practice_form(request, submission)
    lesson = practice and lesson_of(practice.threat, choose_language(request))
    if not practice or not lesson:
        return RedirectResponse("/learn", 303)
    if len(practice.answers) < len(lesson.items):
        return _render_item(request, lesson, practice)
    if practice.room:
        _hand_in_result(request, lesson, practice)
    return _render_result(request, lesson, practice)


def request_reminder(request: Request, submission: PostedForm) -> Response:
    """Ask for a reminder after four and after twelve weeks; the number is encrypted for the war room and deleted afterwards."""
    practice, answers = _read_practice_form(request, submission)
    lesson = practice and lesson_of(practice.threat, choose_language(request))
    if not practice or not lesson or len(practice.answers) < len(lesson.items):
        return RedirectResponse("/learn", 303)
    way, number = answers.get("way", ""), answers.get("number", "")
    if way == "no":
        return _render_result(request, lesson, practice, note="learn.not_reminded")
    if way not in WAYS:
        return _render_result(
            request, lesson, practice, wrong={"way": "learn.way_missing"}, given=answers, status=400
        )
    if not NUMBER.fullmatch(number):
        return _render_result(
            request, lesson, practice, wrong={"number": "learn.number_wrong"}, given=answers, status=400
        )
    asked = {"remind": {"way": way, "number": number, "threat": lesson.threat, "language": lesson.language}}
    _send_within_limit(request, asked, f"remind:{practice.seed}")
    return _render_result(request, lesson, practice, note="learn.reminded")


def show_certificate(request: Request, submission: PostedForm) -> Response:
    """A certificate of the lesson and its date. The name is the one typed, if any, and is stored nowhere."""
    practice, answers = _read_practice_form(request, submission)
    lesson = practice and lesson_of(practice.threat, choose_language(request))
    if not practice or not lesson or len(practice.answers) < len(lesson.items):
        return RedirectResponse("/learn", 303)
    return _render_lesson_page(
        request,
        "lesson_certificate.html",
        lesson,
        practice,
        who=answers.get("who", ""),
        today=_get_local_time().date(),
    )


def _read_practice_form(request: Request, came: PostedForm) -> tuple[Practice | None, dict[str, str]]:
    said = {
        name: read_text_field(came.fields, name, 200) for name in ("practice", "a", "way", "number", "who")
    }
    return read_practice(said["practice"], request.app.state.card.codes), said


def _render_item(request: Request, lesson: Lesson, practice: Practice) -> Response:
    item = lesson.items[practice.order_items(lesson)[len(practice.answers)]]
    return _render_lesson_page(request, "lesson.html", lesson, practice, item=item)


def _render_result(
    request: Request,
    lesson: Lesson,
    practice: Practice,
    *,
    note: str = "",
    wrong: dict[str, str] | None = None,
    given: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    missed = [lesson.items[item] for item in practice.list_mistaken(lesson)]
    return _render_lesson_page(
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


def _render_lesson_page(
    request: Request, template: str, lesson: Lesson, practice: Practice, status: int = 200, **values: Any
) -> Response:
    signed = practice.to_signed_text(request.app.state.card.codes)
    response = render_page(
        request, template, status, lesson=lesson, practice=practice, signed=signed, **values
    )
    # The page holds the learner's signed answers; the next person at a shared computer must not go back to
    # it.
    response.headers["cache-control"] = "no-store"
    return response


def _hand_in_result(request: Request, lesson: Lesson, practice: Practice) -> None:
    """Send which items were wrong to the trainer's class, once per learner and without an identity."""
    said = {"room": practice.room, "threat": lesson.threat, "mistaken": practice.list_mistaken(lesson)}
    _send_within_limit(request, said, practice.seed)


def _send_within_limit(request: Request, said: dict[str, Any], once: str) -> None:
    if LESSON_RATE_LIMIT.record_attempt(digest_network(request, request.app.state.card.numbers)):
        submit_sealed(request, "lesson", said, once, receipt=False)


def show_class_rooms(request: Request) -> Response:
    """The form in which a learner enters a class number and a trainer opens a class."""
    return _render_class_rooms(request)


def enter_class_room(request: Request, submission: PostedForm) -> Response:
    """Enter a class as a learner, or look at its results as a trainer (`look`)."""
    number, look = _parse_room_number(submission), "look" in submission.fields
    network = digest_network(request, request.app.state.card.numbers)
    if CLASSROOM_RATE_LIMIT.is_exhausted(network):
        return _render_class_rooms(request, 429, "learn.room_wait")
    threat = classes.class_of(
        number, list(load_offered_lessons()), request.app.state.card.codes, _get_local_time()
    )
    lesson = lesson_of(threat, choose_language(request))
    if lesson is None:
        # Only failures count: a class of forty enters correct numbers from one network.
        CLASSROOM_RATE_LIMIT.record_attempt(network)
        return _render_class_rooms(request, 404, "learn.room_unknown")
    if look:
        return _render_class(request, lesson, number)
    if not classes.is_open(_get_local_time()):
        return _render_class_rooms(request, 404, "learn.room_closed")
    return _render_item(request, lesson, new_practice(threat, number))


def open_class_room(request: Request, submission: PostedForm) -> Response:
    """Open a class for a lesson."""
    lesson = lesson_of(read_text_field(submission.fields, "threat", 40), choose_language(request))
    if lesson is None:
        return _render_class_rooms(request, 400, "learn.lesson_missing")
    if not classes.is_open(_get_local_time()):
        return _render_class_rooms(request, 400, "learn.room_closed")
    number = classes.open_class(
        lesson.threat, list(load_offered_lessons()), request.app.state.card.codes, _get_local_time()
    )
    return _render_class(request, lesson, number)


def _render_class(request: Request, lesson: Lesson, number: str) -> Response:
    publication = request.app.state.door.find_published(f"class-{_get_local_time():%Y%m%d}-{number}")
    body = publication[0] if publication else {"finished": 0, "summed": 0}
    response = render_page(
        request,
        "lesson_class.html",
        repeat=("/learn/room", [("number", number), ("look", "1")]),
        lesson=lesson,
        number=number,
        body=body,
        fewest=classes.FEWEST,
    )
    response.headers["cache-control"] = "no-store"
    return response


def _render_class_rooms(request: Request, status: int = 200, wrong: str = "") -> Response:
    lessons = [lesson_of(threat, choose_language(request)) for threat in load_offered_lessons()]
    return render_page(
        request,
        "lesson_room.html",
        status,
        lessons=lessons,
        wrong=wrong,
        open=classes.is_open(_get_local_time()),
    )


def download_class_file(request: Request, submission: PostedForm) -> Response:
    """The trainer's CSV file: sums, d-prime (log-linear), and the count of wrong answers per item."""
    number = _parse_room_number(submission)
    network = digest_network(request, request.app.state.card.numbers)
    if CLASSROOM_RATE_LIMIT.is_exhausted(network):
        return _render_class_rooms(request, 429, "learn.room_wait")
    threat = classes.class_of(
        number, list(load_offered_lessons()), request.app.state.card.codes, _get_local_time()
    )
    publication = (
        request.app.state.door.find_published(f"class-{_get_local_time():%Y%m%d}-{number}")
        if threat
        else None
    )
    lesson = lesson_of(threat, choose_language(request))
    if lesson is None:
        CLASSROOM_RATE_LIMIT.record_attempt(network)
    if publication is None or lesson is None or not publication[0]["summed"]:
        return _render_class_rooms(request, 404, "learn.room_unknown")
    body = publication[0]
    rows = [
        "what,kind,learners,mistaken",
        *(f"{item},{lesson.items[item].kind},{body['summed']},{count}" for item, count in body["mistaken"]),
        f"d-prime (log-linear),,{body['summed']},{body['d_prime']}",
    ]
    headers = {"content-disposition": "attachment; filename=class.csv", "cache-control": "no-store"}
    return Response("\n".join(rows) + "\n", media_type="text/csv; charset=utf-8", headers=headers)


def _parse_room_number(came: PostedForm) -> str:
    return re.sub(r"[^0-9]", "", read_text_field(came.fields, "number", 20))


def _get_local_time() -> datetime:
    return classes.to_local_time(clock.get_real_now(), settings.get_text("WARROOM_TIMEZONE"))


ROUTES = (
    Route("/learn", show_lessons),
    Route("/learn/room", show_class_rooms),
    Route("/learn/room", make_form_endpoint(enter_class_room), methods=["POST"]),
    Route("/learn/room/open", make_form_endpoint(open_class_room), methods=["POST"]),
    Route("/learn/room/file", make_form_endpoint(download_class_file), methods=["POST"]),
    Route("/learn/answer", make_form_endpoint(answer_item), methods=["POST"]),
    Route("/learn/next", make_form_endpoint(show_next_item), methods=["POST"]),
    Route("/learn/remind", make_form_endpoint(request_reminder), methods=["POST"]),
    Route("/learn/certificate", make_form_endpoint(show_certificate), methods=["POST"]),
    Route("/learn/sw.js", show_service_worker),
    Route("/learn/{threat}", start_lesson),
    Route("/learn/{threat}/whole", show_whole_lesson),
    Route("/learn/{threat}/sheet", show_lesson_sheet),
)
