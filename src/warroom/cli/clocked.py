"""Commands in a home with a running exercise use the exercise's time, as the pages do."""

from collections.abc import Iterator
from contextlib import contextmanager

from warroom.cli.laboratory import load_exercises
from warroom.home import Home


@contextmanager
def its_time(home: Home) -> Iterator[None]:
    """Use the exercise's clock within a block where the home has one, else the usual clock.

    Another process may be serving the exercise, so the time is taken from its last promise: up to eight real
    seconds, at the exercise's speed, ahead of the pages.
    """
    # Only a demo home has a played exercise; the laboratory is loaded for nothing else.
    if home.kind != "demo":
        yield
        return
    with load_exercises(home).follow_clock(home):
        yield
