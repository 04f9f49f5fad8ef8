"""`warroom lessons`: check a folder of lessons, and list due reminders."""

from pathlib import Path

from cyclopts import App

from warroom import clock
from warroom.cli.answer import print_json, print_line
from warroom.home import open_home
from warroom.ledger.ledger import Ledger
from warroom.public.outside.lesson_files import list_lesson_faults

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
        print_line(f"{folder} is no folder; name the one in which the lessons lie.")
        # 1 is for faulty lessons, 2 for a wrong call.
        return 2
    sentences = list_lesson_faults(folder)
    for fault in sentences:
        print_line(fault)
    if not sentences:
        print_line("Every lesson is whole.")
    return 1 if sentences else 0


@app.command
def due() -> None:
    """Hand over whom to remind now, a line of JSON each, for the program that sends messages; each is handed over once.

    After the second time the number is deleted. Example: warroom lessons due > reminders.jsonl
    """
    # Only reminders need the ledger; teachers check files without one.
    from warroom.public.learners import take_due_reminders

    with Ledger.open(open_home(create=None)) as ledger:
        for reminder in take_due_reminders(ledger, clock.get_real_now()):
            print_json(
                {
                    "way": reminder.way,
                    "number": reminder.number,
                    "language": reminder.language,
                    "lesson": reminder.threat,
                }
            )
