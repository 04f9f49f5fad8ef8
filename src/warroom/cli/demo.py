"""`warroom demo`: a full war room to look around in, on this machine alone."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from warroom import clock, settings
from warroom.cli.answer import answer, note
from warroom.home import Home, open_home


def demo(
    *,
    port: int | None = None,
    fresh: bool = False,
    json: Annotated[bool, Parameter(negative=())] = False,
) -> None:
    """Build a small invented case load and serve it until stopped with Ctrl-C.

    WARROOM_HOME is used where it is empty or a demo home already; without it the demo lives in
    ~/.warroom-demo. A demo older than a few hours is built afresh, because its times are relative to
    now.

    Example: warroom demo --port 8000

    Parameters
    ----------
    port
        The port to serve on; WARROOM_PORT, else 8000.
    fresh
        Build the case load afresh, whatever is there.
    json
        Say where it serves as one line of JSON on standard output.
    """
    from warroom.demo import play_banks
    from warroom.web.server import check_free, run

    host = settings.text("WARROOM_HOST")
    port = int(port if port is not None else settings.number("WARROOM_PORT"))
    check_free(host, port)
    home = prepare(fresh=fresh)
    address = f"http://{host}:{port}"
    run(
        home,
        host,
        port,
        also=lambda room: play_banks(room.home),
        ready=lambda: _tell(home, address, json),
    )


def _tell(home: Home, address: str, json: bool) -> None:
    """Where the room is, and who may sign in."""
    from warroom.demo import STAFF

    if json:
        people = [
            {"username": who.username, "password": who.password, "roles": list(who.roles)} for who in STAFF
        ]
        answer({"address": address, "home": str(home.root), "kind": home.kind, "officers": people})
    note(f"\nThe war room is at {address} (demo in {home.root}); stop it with Ctrl-C. Sign in as:")
    for who in STAFF:
        note(f"  {who.username:<11} {who.password}   {who.does}")


def prepare(*, fresh: bool = False) -> Home:
    """The demo home with a case load that is not stale; raises HomeError where WARROOM_HOME is no demo."""
    from warroom.demo import build, clear, is_fresh
    from warroom.demo.build import refuse_others

    home = open_home(_place(), create="demo")
    refuse_others(home)
    if fresh or not is_fresh(home, clock.now()):
        note("Building the demo: invented banks, three weeks of money, some frauds ...")
        clear(home)
        opened = build(home)
        note(f"{opened} cases are on the board.")
    return home


def _place() -> Path:
    import os

    if os.environ.get("WARROOM_HOME"):
        return settings.folder("WARROOM_HOME")
    return Path("~/.warroom-demo").expanduser()
