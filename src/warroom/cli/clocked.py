"""A command in a home where an exercise is played goes by the exercise's time, as the room's pages do."""

from collections.abc import Iterator
from contextlib import contextmanager

from warroom.cli.laboratory import load_exercises
from warroom.home import Home


@contextmanager
def its_time(home: Home) -> Iterator[None]:
    """Go by the exercise's clock for the length of a block where the home holds one, else by the clock there is.

    Another process may be serving the exercise, so its time is known as far as it was promised: up to eight real
    seconds, at the exercise's speed, ahead of what the pages say.
    """
    if home.kind != "demo":
        yield
        return
    with load_exercises(home).follow_clock(home):
        yield
