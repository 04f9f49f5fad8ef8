"""Programs to be killed: each knows its own test's database, however early the server that forks them was started."""

import multiprocessing
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PRELOAD = ["tests.cases.approving", "tests.actions.joint.approving"]
MOMENTS = int(os.environ.get("SOAK_KILLS", "3"))
"""At how many moments a test kills what it has started; `make soak` sets SOAK_KILLS and kills far more often."""
OURS = ("WARROOM_DATABASE_URL", "WARROOM_DATABASE_OWNER_URL")


@contextmanager
def running(target: Callable[..., None], *args: object) -> Iterator[None]:
    """A program that has said a first word, and is killed at the end of the block. One that fails before is an EOFError."""
    programs = multiprocessing.get_context("forkserver")
    programs.set_forkserver_preload(PRELOAD)
    hear, tell = programs.Pipe(duplex=False)
    environment = {name: os.environ[name] for name in OURS}
    program = programs.Process(target=_in, args=(environment, target, *args, tell))
    program.start()
    tell.close()
    try:
        assert hear.recv()
        yield
    finally:
        program.kill()
        program.join()
        killed = program.exitcode
        program.close()
        hear.close()
    assert killed == -9


def _in(environment: dict[str, str], target: Callable[..., None], *args: object) -> None:
    os.environ.update(environment)
    target(*args)
