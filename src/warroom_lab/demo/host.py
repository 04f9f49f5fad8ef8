"""Opens the exercises of demo homes for the product's commands (`warroom.cli.laboratory.Exercises`)."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

from warroom.home import Home
from warroom_lab.demo.pace import FILE, Pace
from warroom_lab.demo.place import get_exercise_folder

if TYPE_CHECKING:
    from warroom_lab.demo.exercise import DemoExercise


@contextmanager
def follow_clock(home: Home) -> Iterator[None]:
    """Go by the exercise's clock for the length of a block where the home holds one already."""
    kept = get_exercise_folder(home) / FILE
    with home.turn_clock(Pace.load_clock(kept).get_now) if kept.exists() else nullcontext():
        yield


@contextmanager
def resume(home: Home) -> "Iterator[DemoExercise]":
    """Go on with the exercise of a home; its clock runs for the length of a block."""
    from warroom_lab.demo.exercise import DemoExercise  # loads the country's code

    exercise = DemoExercise(home)
    with exercise.run_exercise_clock():
        yield exercise
