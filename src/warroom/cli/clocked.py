"""A command in a home where an exercise is played goes by the exercise's time, as the room's pages do."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

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
    from warroom.demo.pace import FILE, Pace
    from warroom.demo.place import folder_of

    kept = folder_of(home) / FILE
    with home.turn_clock(Pace.resume(kept).now) if kept.exists() else nullcontext():
        yield
