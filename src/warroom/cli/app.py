"""The `warroom` command: its subcommands and the modules that implement them."""

import os
import sys

from cyclopts import App

from warroom import __version__
from warroom.cli.laboratory import list_commands
from warroom.errors import WarroomError

# name -> module:function. A string is imported only when its command is called.
COMMANDS = {
    "ingest": "warroom.cli.ingest:ingest",
    "quarantine": "warroom.cli.quarantine:app",
    "lake": "warroom.cli.lake:app",
    "trace": "warroom.cli.trace:trace",
    "signals": "warroom.cli.signals:app",
    "forecast": "warroom.cli.forecast:app",
    "plan": "warroom.cli.plan:print_plan",
    "serve": "warroom.cli.serve:serve",
    "public-card": "warroom.cli.serve:write_public_card",
    "doctor": "warroom.cli.doctor:doctor",
    "clock": "warroom.cli.clock:app",
    "officer": "warroom.cli.officer:app",
    "partner": "warroom.cli.partner:app",
    "export": "warroom.cli.exchange:export_file",
    "import": "warroom.cli.exchange:import_file",
    "collection": "warroom.cli.exchange:collection",
    "law": "warroom.cli.law:app",
    "lessons": "warroom.cli.lessons:app",
    "briefing": "warroom.cli.briefing:briefing",
    "backup": "warroom.cli.backup:backup",
    "restore": "warroom.cli.backup:restore",
    "audit": "warroom.cli.audit:app",
    "stream": "warroom.cli.stream:app",
    "evidence": "warroom.cli.evidence:app",
    "names": "warroom.cli.names:app",
    "subjects": "warroom.cli.subjects:app",
}
# One line on each command for the list, without importing it; its own help is the docstring of its function.
DOES = {
    "ingest": "Take files into the lake, all of them or none.",
    "quarantine": "Rows that could not be accepted.",
    "lake": "What the lake holds.",
    "trace": "Follow reported transfers forward through accounts and banks.",
    "signals": "What looks wrong before anybody reports it.",
    "forecast": "When money that is still there is likely to leave.",
    "plan": "Which measures of which agencies, taken together, leave least of a network.",
    "serve": "Serve the war room of this data folder until stopped.",
    "public-card": "Write what a public side on another machine needs.",
    "doctor": "Check this installation and its data folder.",
    "clock": "Whether the machine's clock is believed, and saying that it is right.",
    "officer": "Officers and their roles.",
    "partner": "Banks' programs and their keys.",
    "export": "Write a case in a partner's standard.",
    "import": "Take in what a partner gives in a standard.",
    "collection": "Collections that partners' programs read.",
    "law": "Legal rules and who has confirmed them.",
    "lessons": "Lessons for everyone: whether they are whole, and reminders.",
    "briefing": "What a period brought, as text or as a PDF.",
    "backup": "Copy ledger, lake, evidence and keys as of one moment.",
    "restore": "Make the data folder from a backup.",
    "audit": "The append-only log.",
    "stream": "Records that come by themselves: pushed, dropped, from Kafka.",
    "evidence": "Evidence, its custody and court bundles.",
    "names": "Whether two names are one, in any script, and why.",
    "subjects": "Which records are of one person, company or thing.",
}
# The laboratory's commands come by entry points, so that the product does not import it.
for _name, (_target, _does) in list_commands().items():
    COMMANDS[_name], DOES[_name] = _target, _does


def _build_app(listed: bool) -> App:
    """The command line. `listed`: with a line on each command, for the list; it would replace a command's own
    help.
    """
    made = App(
        name="warroom",
        help="The joint operations room against call-centre gangs and human trafficking.",
        version=__version__,
        help_format="plaintext",
    )
    for name, target in COMMANDS.items():
        made.command(target, name=name, help=DOES[name] if listed else None)
    return made


app = _build_app(listed=False)


def main() -> None:
    """Run the command line; an error a user can meet is one sentence on standard error, never a traceback."""
    os.umask(0o077)  # whatever we write may hold other people's bank records
    try:
        if sys.argv[1:2] == ["ingest"]:
            # A lone hyphen would be taken for an option.
            sys.argv[2:] = ["/dev/stdin" if word == "-" else word for word in sys.argv[2:]]
        # Only the bare list needs these lines; a command's own help is its docstring.
        (_build_app(listed=True) if sys.argv[1:2] in ([], ["--help"], ["-h"]) else app)()
    except WarroomError as problem:
        _exit_with(problem.sentence, problem.exit_code)
    except KeyboardInterrupt:
        # 128 plus the signal's number, as shells do: SIGINT is 2, SIGPIPE 13.
        _exit_with("stopped; nothing half done was kept.", 130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader has seen enough
        sys.exit(141)
    except Exception as fault:
        # By its kind alone: the message of a fault may carry what a partner or a person wrote.
        # The traceback is for the person who repairs the program, on their own data.
        if os.environ.get("WARROOM_LOG_LEVEL") == "debug":
            raise
        from warroom.lake.original import find_lake_damage

        if damage := find_lake_damage(fault):
            _exit_with(damage.sentence, damage.exit_code)
        _exit_with(
            # Exit code 70: an internal software error (sysexits.h).
            f"a fault of the program ({type(fault).__name__}), nothing half done was kept; "
            "run it again with WARROOM_LOG_LEVEL=debug and report what it says.",
            70,
        )


def _exit_with(sentence: str, code: int) -> None:
    print(f"warroom: {sentence}", file=sys.stderr)
    sys.exit(code)
