"""The after-action page's rows: each player's figures as written for one reader, and a bar beside each."""

from dataclasses import dataclass
from gettext import NullTranslations
from typing import Any

from warroom.access import role_groups
from warroom.ledger.officers import Officer
from warroom.web.exercise.exercise import AfterAction, Exercise, ExerciseState, Figures, Player
from warroom.web.kit.formats import Say
from warroom.web.kit.words.mark import N_

NAMES = {
    "room": N_("This room"),
    "frontier": N_("What was possible"),
    "warroom": N_("The program alone"),
    "practice-2025": N_("Practice of 2025"),
    "none": N_("Nothing done"),
}
MEANINGS = {
    "room": N_("your decisions"),
    "frontier": N_("knows every mule, with the same reports, queues and staff"),
    "warroom": N_(
        "holds of exact amounts as soon as a report lies on the board, as many as the desk can send"
    ),
    "practice-2025": N_("every account of the trail blocked whole for 3 to 7 days"),
    "none": N_("what would have been lost"),
}
WHYS = {
    "waiting": N_("waits for its turn"),
    "playing": N_("is being played ..."),
    "failed": N_("could not be played; the exercise's log says why"),
}
LEAST = 100_00
"""Satang: smaller sums are not followed, so leaving them is no miss."""


@dataclass(frozen=True, slots=True)
class Bar:
    """What stands on every page of an exercise. `runs`: whether this reader may turn its clock and end it.

    `address`: where a script asks how it stands; empty for a reader who is not signed in.
    """

    state: ExerciseState
    standing: str
    runs: bool
    address: str

    @property
    def moving(self) -> int:
        """How many seconds of the exercise a real second takes now."""
        state = self.state
        return state.speed if state.ready and not state.paused and state.ended_at is None else 0


@dataclass(frozen=True, slots=True)
class Line:
    """A player's row. `bar` in [0, 1]: the saved sum beside the largest one."""

    player: Player
    name: str
    meaning: str
    why: str
    saved: str
    share: str
    minutes: str
    bar: float


def values(after: AfterAction, say: Say) -> dict[str, Any]:
    """What `exercise_after.html` needs beside the figures themselves."""
    most = max((one.figures.saved for one in after.players if one.figures), default=0)
    missed = sorted((one for one in after.missed if one.missed >= LEAST), key=lambda one: -one.missed)
    return {
        "lines": [_line(player, most, say) for player in after.players],
        "missed": missed,
        "missed_sum": sum(one.missed for one in missed),
        "harmed": sorted(after.harmed, key=lambda one: -one.hours),
        "length": say.span(after.ended_at - after.started_at),
    }


def bar(exercise: Exercise | None, officer: Officer | None, say: Say) -> Bar | None:
    """The bar of an exercise; None in a room that is none."""
    if exercise is None:
        return None
    state = exercise.state()
    runs = officer is not None and officer.may(*role_groups.EXERCISE_RUNNERS)
    return Bar(state, standing(state, say.catalog), runs, "/exercise/state" if officer is not None else "")


def standing(state: ExerciseState, catalog: NullTranslations) -> str:
    """How the exercise stands, in two words."""
    if state.ended_at is not None:
        return catalog.gettext("ended")
    if not state.ready:
        return catalog.gettext("is being set up")
    if state.paused:
        return catalog.gettext("paused")
    if state.speed == 1:
        return catalog.gettext("as fast as life")
    return catalog.gettext("{speed} times as fast").format(speed=state.speed)


def _line(player: Player, most: int, say: Say) -> Line:
    _, figures = say.catalog.gettext, player.figures
    return Line(
        player=player,
        name=_(NAMES[player.name]),
        meaning=_(MEANINGS[player.name]),
        why=_(WHYS[player.why]) if player.why else "",
        saved=say.baht(figures.saved) if figures else "",
        share=_share(figures),
        minutes=_minutes(figures, say),
        bar=figures.saved / most if figures and most else 0.0,
    )


def _share(figures: Figures | None) -> str:
    return f"{figures.share:.1%}" if figures and figures.share is not None else "–"


def _minutes(figures: Figures | None, say: Say) -> str:
    return say.minutes(figures.minutes) if figures and figures.minutes is not None else "–"
