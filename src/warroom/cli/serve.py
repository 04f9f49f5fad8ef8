"""`warroom serve`: serve the pages and the API of a data folder."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from warroom import heap, settings
from warroom.cli.answer import print_json, print_note
from warroom.cli.laboratory import load_exercises
from warroom.cli.options import Switch
from warroom.home import Home, open_home

if TYPE_CHECKING:
    from warroom.cli.laboratory import ServedExercise

# The port next to the room's 8000: on one machine both run at once.
PUBLIC_PORT = 8001


def serve(
    *,
    host: str | None = None,
    port: int | None = None,
    public: Switch = False,
    card: Path | None = None,
    json: Switch = False,
) -> None:
    """Serve the war room of this data folder until it is stopped with Ctrl-C.

    Example: warroom serve --port 8000

    Parameters
    ----------
    host
        The address to bind to; WARROOM_HOST, else 127.0.0.1: this machine alone.
    port
        The port to bind to; WARROOM_PORT, else 8000.
    public
        Serve the pages of people without a sign-in and nothing else, with a database login that may read no table.
    card
        What 'warroom public-card' wrote, for a public side that has no data folder; without it the data folder's own.
    json
        Say where it serves as one line of JSON on standard output.
    """
    # First of all: glibc reads the limit when the first thread starts.
    heap.limit_heaps()
    if public or card:
        serve_public(card, host, port, json)
        return
    from warroom.web.server import run

    host = host or settings.get_text("WARROOM_HOST")
    port = int(port if port is not None else settings.get_number("WARROOM_PORT"))
    home = open_home()
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}"

    def announce_address() -> None:
        if json:
            print_json({"address": address, "home": str(home.root), "kind": home.kind})
        print_note(f"The war room of {home.root} ({home.kind}) is at {address}; stop it with Ctrl-C.")

    with _resume_exercise(home) as exercise:
        # The laboratory's country takes its turn within the server's own turns.
        also = exercise.go_on if exercise is not None else None
        run(home, host, port, also=also, exercise=exercise, ready=announce_address)


def serve_public(file: Path | None, host: str | None, port: int | None, json: bool) -> None:
    """Serve only the public pages, by a card or, on the room's own machine, by its data folder."""
    from warroom.public.outside.card import read_card
    from warroom.web.kit.hosts import LOOPBACK, list_public_hosts
    from warroom.web.public.server import run

    host = host or settings.get_text("WARROOM_HOST")
    # Not WARROOM_PORT, which is the room's on the same machine.
    port = port if port is not None else PUBLIC_PORT
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}"

    def announce_address() -> None:
        if json:
            print_json({"address": address})
        names = ", ".join(dict.fromkeys((*list_public_hosts(), *LOOPBACK[:2])))
        print_note(
            f"The public pages are at {address}; stop them with Ctrl-C. They answer when asked for {names}, and"
        )
        print_note("for no other name: WARROOM_PUBLIC_ADDRESS says under which people reach them.")

    if file is not None:
        run(read_card(file), host, port, announce_address)
        return
    from warroom.ledger.ledger import Ledger
    from warroom.public.keys import card_of

    with Ledger.open(open_home()) as ledger:
        run(card_of(ledger), host, port, announce_address)


def write_public_card(file: Path) -> None:
    """Write what 'warroom serve --public --card FILE' needs: the address of the database, the keys of its digests, the room's public key.

    It opens no case and no record. Keep it as you keep a password all the same: with it somebody can send in the public's name.
    Example: warroom public-card card.json

    Parameters
    ----------
    file
        The file to write; what stood there is replaced.
    """
    from warroom.ledger.ledger import Ledger
    from warroom.public.keys import card_of
    from warroom.public.outside.card import write_card

    with Ledger.open(open_home()) as ledger:
        write_card(file, card_of(ledger))
    print_note(f"Written: {file}. Serve the public pages with 'warroom serve --public --card {file}'.")


@contextmanager
def _resume_exercise(home: Home) -> "Iterator[ServedExercise | None]":
    """Resume the exercise of a demo home; yields None for any other home."""
    if home.kind != "demo":
        yield None
        return
    with load_exercises(home).resume(home) as exercise:
        yield exercise
