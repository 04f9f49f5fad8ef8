"""Opens the exercises of demo homes for the product's commands (`warroom.cli.laboratory.Exercises`)."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

from warroom.home import Home
from warroom_lab.demo.pace import FILE, Pace
from warroom_lab.demo.place import folder_of

if TYPE_CHECKING:
    from warroom_lab.demo.exercise import Exercise


@contextmanager
def follow_clock(home: Home) -> Iterator[None]:
    """Go by the exercise's clock for the length of a block where the home holds one already."""
    kept = folder_of(home) / FILE
    with home.turn_clock(Pace.resume(kept).now) if kept.exists() else nullcontext():
        yield


@contextmanager
def resume(home: Home) -> "Iterator[Exercise]":
    """Go on with the exercise of a home; its clock runs for the length of a block."""
    from warroom_lab.demo.exercise import Exercise  # loads the country's code

    exercise = Exercise(home)
    with exercise.served():
        yield exercise
