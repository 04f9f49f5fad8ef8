"""`warroom demo`: an exercise to rehearse in, on this machine alone."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from warroom import heap, settings
from warroom.cli.answer import print_json, print_note
from warroom.cli.options import Switch
from warroom.errors import HomeError
from warroom.home import Home, open_home

if TYPE_CHECKING:
    from warroom_lab.demo.exercise import DemoExercise


def demo(
    *,
    port: int | None = None,
    fresh: bool = False,
    speed: int | None = None,
    seed: int | None = None,
    json: Switch = False,
) -> None:
    """Rehearse in a small synthetic country until stopped with Ctrl-C; the next time it goes on where it was.

    WARROOM_HOME is used where it is empty or a demo home already; without it the demo lives in
    ~/.warroom-demo. A demo of another version of the country is begun again.

    Example: warroom demo --fresh --speed 60

    Parameters
    ----------
    port
        The port to serve on; WARROOM_PORT, else 8000.
    fresh
        Begin another exercise, whatever is there.
    speed
        How many times as fast as life time runs: 1, 10, 60 or 300; a new exercise begins with 10.
    seed
        Which country to rehearse in; the same number is the same country. 2026 where not given.
    json
        Say where it serves as one line of JSON on standard output.
    """
    heap.limit_heaps()
    from warroom.web.port import check_free

    # Before Arrow is loaded, here and where the country is founded: what it keeps for itself nobody gives back.
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    host = settings.get_text("WARROOM_HOST")
    port = int(port if port is not None else settings.get_number("WARROOM_PORT"))
    # Before a country is founded, which takes much longer than to say that the port is taken.
    check_free(host, port)
    home, exercise = prepare_demo(fresh=fresh, speed=speed, seed=seed)
    address = f"http://{host}:{port}"
    from warroom.web.server import run  # only once the country is founded: a server takes memory of its own

    with exercise.run_exercise_clock():
        run(
            home,
            host,
            port,
            also=exercise.go_on,
            exercise=exercise,
            public=True,
            ready=lambda: _print_sign_ins(home, address, json),
        )


def _print_sign_ins(home: Home, address: str, json: bool) -> None:
    """Where the room is, and who may sign in."""
    from warroom_lab.demo.staff import STAFF

    if json:
        people = [
            {"username": who.username, "password": who.password, "roles": list(who.roles)} for who in STAFF
        ]
        print_json({"address": address, "home": str(home.root), "kind": home.kind, "officers": people})
    print_note(
        f"\nThe war room is at {address}/sign-in, what people see of it at {address} (demo in {home.root}); stop it with Ctrl-C. Sign in as:"
    )
    for who in STAFF:
        print_note(f"  {who.username:<12} {who.password}   {who.does}")


def prepare_demo(
    *, fresh: bool = False, speed: int | None = None, seed: int | None = None
) -> "tuple[Home, DemoExercise]":
    """The demo home and its exercise, begun or gone on with.

    Raises HomeError where WARROOM_HOME is no demo or plays another seed, NotPossible for a speed that is not offered.
    """
    from warroom_lab.demo.found import found_in_process
    from warroom_lab.demo.pace import FIRST_SPEED, require_offered_speed
    from warroom_lab.demo.place import is_built, require_demo_home
    from warroom_lab.demo.plan import SEED

    home = open_home(_get_demo_folder(), create="demo")
    require_demo_home(home)
    wanted = require_offered_speed(FIRST_SPEED if speed is None else speed)
    if not fresh and is_built(home):
        exercise = _open_exercise(home)
        _continue_exercise(exercise, speed, seed)
        return home, exercise
    print_note("Founding a country to rehearse in: people, money, gangs, a week of history ...")
    opened = found_in_process(home, SEED if seed is None else seed, wanted)
    print_note(f"{opened} cases are on the board.")
    return home, _open_exercise(home)


def _open_exercise(home: Home) -> "DemoExercise":
    # Loaded only now: while a country is founded, this process is next to nothing beside the one that does it.
    from warroom_lab.demo.exercise import DemoExercise

    return DemoExercise(home)


def _continue_exercise(exercise: "DemoExercise", speed: int | None, seed: int | None) -> None:
    if seed not in (None, exercise.plan.seed):
        raise HomeError(
            f"This demo rehearses in country {exercise.plan.seed}; add --fresh to begin another exercise."
        )
    if exercise.pace.ended_at is not None:
        print_note(
            "This exercise has ended; what came of it stands at /exercise/after. Begin another with --fresh."
        )
    elif speed is not None:
        exercise.pace.change_speed(speed=speed)


def _get_demo_folder() -> Path:
    # A folder of its own where none is named: nobody's first look around lands in a house's data.
    if os.environ.get("WARROOM_HOME"):
        return settings.get_folder("WARROOM_HOME")
    return Path("~/.warroom-demo").expanduser()
