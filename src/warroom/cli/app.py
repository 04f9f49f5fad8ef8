"""The `warroom` command: what commands there are and where they live."""

import os
import sys

from cyclopts import App

from warroom import __version__
from warroom.errors import WarroomError

app = App(
    name="warroom",
    help="The joint operations room against call-centre gangs and human trafficking.",
    version=__version__,
    help_format="plaintext",
)

# name -> module:function. A string is imported only when its command is called.
COMMANDS = {
    "ingest": "warroom.cli.ingest:ingest",
    "quarantine": "warroom.cli.quarantine:app",
    "lake": "warroom.cli.lake:app",
    "trace": "warroom.cli.trace:trace",
    "signals": "warroom.cli.signals:app",
    "serve": "warroom.cli.serve:serve",
    "demo": "warroom.cli.demo:demo",
    "world": "warroom.cli.world:app",
    "doctor": "warroom.cli.doctor:doctor",
    "officer": "warroom.cli.officer:app",
    "partner": "warroom.cli.partner:app",
    "law": "warroom.cli.law:app",
    "briefing": "warroom.cli.briefing:briefing",
    "backup": "warroom.cli.backup:backup",
    "restore": "warroom.cli.backup:restore",
    "audit": "warroom.cli.audit:app",
    "stream": "warroom.cli.stream:app",
    "evidence": "warroom.cli.evidence:app",
    "bench": "warroom.cli.bench:app",
    "evaluate": "warroom.cli.evaluate:evaluate",
}
for _name, _target in COMMANDS.items():
    app.command(_target, name=_name)


def main() -> None:
    """Run the command line; an error a user can meet is one sentence on standard error, never a traceback."""
    os.umask(0o077)  # whatever we write may hold other people's bank records
    try:
        if not sys.argv[1:] or sys.argv[1] in app.help_flags:
            _load_all()
        app()
    except WarroomError as problem:
        _end(problem.sentence, problem.exit_code)
    except KeyboardInterrupt:
        _end("stopped; nothing half done was kept.", 130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader has seen enough
        sys.exit(141)
    except Exception as fault:
        if os.environ.get("WARROOM_LOG_LEVEL") == "debug":
            raise
        _end(
            f"a fault of the program ({type(fault).__name__}), nothing half done was kept; "
            "run it again with WARROOM_LOG_LEVEL=debug and report what it says.",
            70,
        )


def _load_all() -> None:
    """Import every command: the list of commands says what each does, in the words that stand with it."""
    for name in COMMANDS:
        _ = app[name]


def _end(sentence: str, code: int) -> None:
    print(f"warroom: {sentence}", file=sys.stderr)
    sys.exit(code)
