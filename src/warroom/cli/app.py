"""The `warroom` command: what commands there are and where they live."""

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
    "serve": "warroom.cli.serve:serve",
    "demo": "warroom.cli.demo:demo",
    "doctor": "warroom.cli.doctor:doctor",
    "officer": "warroom.cli.officer:app",
    "law": "warroom.cli.law:app",
    "backup": "warroom.cli.backup:backup",
    "restore": "warroom.cli.backup:restore",
    "audit": "warroom.cli.audit:app",
}
for _name, _target in COMMANDS.items():
    app.command(_target, name=_name)


def main() -> None:
    """Run the command line; an error a user can meet is one sentence on standard error, never a traceback."""
    try:
        app()
    except WarroomError as problem:
        print(f"warroom: {problem.sentence}", file=sys.stderr)
        sys.exit(problem.exit_code)
    except KeyboardInterrupt:
        print("warroom: stopped; nothing half done was kept.", file=sys.stderr)
        sys.exit(130)
