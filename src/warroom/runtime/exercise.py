"""What pages need of an exercise: its time, speed, end and results. `warroom_lab.demo` implements one.

Pages know nothing of the simulated country: only this interface.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer


@dataclass(frozen=True, slots=True)
class ExerciseState:
    """An exercise as of now. `people` live in the country, where crime is `density` times as dense as in life.

    `ready` is False while the country is being set up and its clock is stopped. `shown_to`: up to when what
    happened there is on the room's board; it falls behind where the clock runs faster than this machine
    plays.
    """

    now: datetime
    shown_to: datetime
    started_at: datetime
    speed: int
    speeds: tuple[int, ...]
    paused: bool
    ready: bool
    ended_at: datetime | None
    seed: int
    people: int
    density: float


class Exercise(Protocol):
    """A rehearsal under way. Every change is logged under the officer's name."""

    def attach_ledger(self, ledger: Ledger) -> None:
        """Use this ledger's log for officers' changes; called before the first request."""
        ...

    def get_state(self) -> ExerciseState:
        """The exercise's state; must be fast, because every page asks."""
        ...

    def change_speed(self, officer: Officer, *, speed: int | None = None, paused: bool | None = None) -> None:
        """Set the speed, pause or resume. Raises NotPossible for a speed that is not offered or after the
        end.
        """
        ...

    def end_exercise(self, officer: Officer) -> None:
        """End the exercise; a repetition changes nothing."""
        ...

    def build_review(self, say: Any) -> dict[str, Any]:
        """The results, as `exercise_after.html` shows them to a reader (`web.kit.formats.Say`).

        Raises NotPossible before the end.
        """
        ...
