"""The bar on every page of an exercise: its time, its state, and the controls of its clock."""

from dataclasses import dataclass
from datetime import timedelta
from gettext import NullTranslations

from warroom.access import role_groups
from warroom.ledger.officers import Officer
from warroom.runtime.exercise import Exercise, ExerciseState
from warroom.web.kit.formats import Say

BEHIND = timedelta(minutes=5)
"""Exercise time by which the board may lag before it is said: the simulation advances by minutes. Chosen."""


@dataclass(frozen=True, slots=True)
class ExerciseBar:
    """The bar on every page of an exercise. `runs`: whether this reader may change its clock and end it.

    `address`: where a script requests the state; empty for a reader who is not signed in. `lag_words`: the sentence that the
    board lags behind the clock; "" where it does not.
    """

    state: ExerciseState
    state_words: str
    lag_words: str
    runs: bool
    address: str

    @property
    def current_speed(self) -> int:
        """The current speed: seconds of the exercise per real second, 0 while it is paused."""
        state = self.state
        return state.speed if state.ready and not state.paused and state.ended_at is None else 0


def build_exercise_bar(exercise: Exercise | None, officer: Officer | None, say: Say) -> ExerciseBar | None:
    """The bar of an exercise; None in a room that is none."""
    if exercise is None:
        return None
    state = exercise.get_state()
    runs = officer is not None and officer.has_role(*role_groups.EXERCISE_RUNNERS)
    return ExerciseBar(
        state,
        format_exercise_state(state, say.catalog),
        format_lag(state, say),
        runs,
        "/exercise/state" if officer is not None else "",
    )


def format_lag(state: ExerciseState, say: Say) -> str:
    """The sentence that the board lags behind the exercise's time; empty where it does not."""
    if not state.ready or state.ended_at is not None or state.now - state.shown_to < BEHIND:
        return ""
    return say.catalog.gettext("The board shows what happened up to {time}; this machine is behind.").format(
        time=f"{say.to_local(state.shown_to):%H:%M}"
    )


def format_exercise_state(state: ExerciseState, catalog: NullTranslations) -> str:
    """The state of the exercise, in two words."""
    if state.ended_at is not None:
        return catalog.gettext("ended")
    if not state.ready:
        return catalog.gettext("starting")
    if state.paused:
        return catalog.gettext("paused")
    if state.speed == 1:
        return catalog.gettext("real time")
    return catalog.gettext("{speed} times as fast").format(speed=state.speed)
