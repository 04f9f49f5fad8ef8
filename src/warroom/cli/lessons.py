"""`warroom lessons`: whether a folder's lessons are whole, and whom to remind of one."""

from pathlib import Path

from cyclopts import App

from warroom import clock
from warroom.cli.answer import answer, say
from warroom.home import open_home
from warroom.ledger.ledger import Ledger
from warroom.public.outside.lesson_files import faults

app = App(
    name="lessons",
    help="Lessons for everyone: whether they are whole, and reminders. Example: warroom lessons check lessons",
    help_format="plaintext",
)


@app.command
def check(folder: Path) -> int:
    """Say what the lessons of a folder lack, a sentence each.

    Example: warroom lessons check src/warroom/public/lessons

    Parameters
    ----------
    folder
        Where files named THREAT.LANGUAGE.md lie.
    """
    if not folder.is_dir():
        say(f"{folder} is no folder; name the one in which the lessons lie.")
        return 2
    found = faults(folder)
    for fault in found:
        say(fault)
    if not found:
        say("Every lesson is whole.")
    return 1 if found else 0


@app.command
def due() -> None:
    """Hand over whom to remind now, a line of JSON each, for the program that sends messages; each is handed over once.

    After the second time the number is deleted. Example: warroom lessons due > reminders.jsonl
    """
    # Only whoever asks reminders needs the ledger; a teacher checks files without one.
    from warroom.public.learners import reminders_due

    with Ledger.open(open_home(create=None)) as ledger:
        for one in reminders_due(ledger, clock.wall()):
            answer({"way": one.way, "number": one.number, "language": one.language, "lesson": one.threat})
