"""The exercise: its clock for those who run it, its state for the bar of every page, and what came of it."""

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from warroom.access import role_groups
from warroom.access.role_groups import EXERCISE_RUNNERS
from warroom.errors import NotAllowed, NotFound, NotPossible
from warroom.ledger.officers import Officer
from warroom.runtime.exercise import Exercise
from warroom.web.doors.access_table import SIGNED_IN
from warroom.web.doors.router import Router
from warroom.web.kit import exercise_bar
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import render_page, say_for
from warroom.web.kit.parameters import Form, sanitize_target
from warroom.web.kit.sessions import SignedIn

router = Router(prefix="/exercise", include_in_schema=False)


def require_exercise(request: Request) -> Exercise:
    """The exercise of this room; raises NotFound in a room that is none."""
    exercise = open_home_of(request).exercise
    if exercise is None:
        raise NotFound("exercise.not-an-exercise")
    return exercise


@router.get("/state", may=SIGNED_IN)
def show_exercise_state(request: Request, officer: SignedIn) -> Response:
    """The state of the exercise for the bar's script: its time in seconds and as text, its speed, and whether it has ended."""
    say = say_for(request)
    bar = exercise_bar.build_exercise_bar(require_exercise(request), officer, say)
    assert bar is not None  # `require_exercise` has raised otherwise
    return JSONResponse(
        {
            "now": bar.state.now.timestamp(),
            "said": say.moment(bar.state.now),
            "speed": bar.current_speed,
            "state": bar.state_words,
            "behind": bar.lag_words,
            "ended": bar.state.ended_at is not None,
        }
    )


@router.post("/clock", may=EXERCISE_RUNNERS)
def set_exercise_clock(request: Request, officer: SignedIn, form: Form) -> Response:
    """Another speed, or a pause and its end."""
    _require_runner(officer)
    speed, paused = str(form.get("speed", "")), str(form.get("paused", ""))
    if speed and not speed.isdecimal():
        raise NotPossible("exercise.clock-not-turned")
    require_exercise(request).change_speed(
        officer, speed=int(speed) if speed else None, paused={"yes": True, "no": False}.get(paused)
    )
    return RedirectResponse(sanitize_target(str(form.get("back", "/"))), 303)


@router.post("/end", may=EXERCISE_RUNNERS)
def end_exercise(request: Request, officer: SignedIn, form: Form) -> Response:
    _require_runner(officer)
    require_exercise(request).end_exercise(officer)
    return RedirectResponse("/exercise/after", 303)


@router.get("/after", may=SIGNED_IN)
def show_debrief(request: Request, officer: SignedIn) -> Response:
    """What was saved, who was harmed, what was missed; before the end, what will stand here."""
    exercise = require_exercise(request)
    # Scores exist only after the end.
    if exercise.get_state().ended_at is None:
        return render_page(request, "exercise_after.html", after=None)
    # A refresh (htmx) requests only the part that is still being filled.
    part = "exercise_figures.html" if request.headers.get("hx-request") else "exercise_after.html"
    return render_page(request, part, **exercise.build_review(say_for(request)))


def _require_runner(officer: Officer) -> None:
    if not officer.has_role(*role_groups.EXERCISE_RUNNERS):
        raise NotAllowed("exercise.not-yours-to-run")
