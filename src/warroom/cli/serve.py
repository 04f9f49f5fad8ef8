"""`warroom serve`: the war room for this data folder, in a browser."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from warroom import settings
from warroom.cli.answer import answer, note
from warroom.home import Home, open_home

if TYPE_CHECKING:
    from warroom.demo.exercise import Exercise


def serve(
    *,
    host: str | None = None,
    port: int | None = None,
    json: Annotated[bool, Parameter(negative=())] = False,
) -> None:
    """Serve the war room of this data folder until it is stopped with Ctrl-C.

    Example: warroom serve --port 8000

    Parameters
    ----------
    host
        The address to bind to; WARROOM_HOST, else 127.0.0.1: this machine alone.
    port
        The port to bind to; WARROOM_PORT, else 8000.
    json
        Say where it serves as one line of JSON on standard output.
    """
    from warroom.web.server import run

    host = host or settings.text("WARROOM_HOST")
    port = int(port if port is not None else settings.number("WARROOM_PORT"))
    home = open_home()
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}"

    def ready() -> None:
        if json:
            answer({"address": address, "home": str(home.root), "kind": home.kind})
        note(f"The war room of {home.root} ({home.kind}) is at {address}; stop it with Ctrl-C.")

    with _exercise(home) as exercise:
        also = exercise.go_on if exercise is not None else None
        run(home, host, port, also=also, exercise=exercise, ready=ready)


@contextmanager
def _exercise(home: Home) -> "Iterator[Exercise | None]":
    """A demo home goes on with its exercise; in any other home nobody plays a country."""
    if home.kind != "demo":
        yield None
        return
    from warroom.demo.exercise import Exercise

    exercise = Exercise(home)
    with exercise.served():
        yield exercise
