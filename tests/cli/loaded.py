"""`warroom` for a shell whose every command need not load the program again: a process that has it loaded forks one for each call.

`python -m tests.cli.loaded SOCKET` serves; CALL is the program that stands in a shell's path for `warroom`.
"""

import importlib
import json
import os
import signal
import socket
import sys
from pathlib import Path

CALL = """#!{python} -SEI
import json, os, socket, sys
with socket.socket(socket.AF_UNIX) as here:
    here.connect({address!r})
    said = json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode()
    socket.send_fds(here, [len(said).to_bytes(8, "big")], [0, 1, 2])
    here.sendall(said)
    code = here.recv(16)
sys.exit(int(code or 70))
"""


def serve(address: Path) -> None:
    """Load every command, then run one in a process of its own for each call, until killed."""
    from warroom.cli import app

    for target in app.COMMANDS.values():
        importlib.import_module(target.partition(":")[0])
    for name in (
        "duckdb",
        "pyarrow.parquet",
        "ibis",
        "sqlalchemy",
        "warroom.lake.lake",
        "warroom.ledger.ledger",
    ):
        importlib.import_module(name)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(address))
        listening.listen(8)
        while True:
            call, _ = listening.accept()
            if os.fork() == 0:
                listening.close()
                _watch(call)
            call.close()


def _watch(call: socket.socket) -> None:
    """Run the call in a child and tell how it ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    size, handles, _, _ = socket.recv_fds(call, 8, 3)
    said = b""
    while len(said) < int.from_bytes(size, "big"):
        said += call.recv(1 << 16)
    arguments, folder, environment = json.loads(said)
    child = os.fork()
    if child == 0:
        for at, handle in enumerate(handles):
            os.dup2(handle, at)
        call.close()
        os.closerange(3, 64)
        _run(arguments, folder, environment)
    _, status = os.waitpid(child, 0)
    call.sendall(str(os.waitstatus_to_exitcode(status) % 256).encode())
    os._exit(0)


def _run(arguments: list[str], folder: str, environment: dict[str, str]) -> None:
    from warroom.cli.app import main

    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["warroom", *arguments]
    sys.stdin, sys.stdout, sys.stderr = (
        os.fdopen(at, mode, closefd=False, encoding="utf-8") for at, mode in ((0, "r"), (1, "w"), (2, "w"))
    )
    code: object = 0
    try:
        main()
    except SystemExit as end:
        code = end.code
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else 0 if code is None else 1)


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
