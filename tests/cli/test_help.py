"""Help is there for every command, with an example, and at once."""

import resource
import subprocess
import sys

import pytest

from warroom.cli.app import COMMANDS, DOES, app

# Subcommands that people type; `warroom lake --help` alone does not show theirs.
DEEPER = (
    "lake verify",
    "lake find",
    "quarantine export",
    "quarantine reingest",
    "officer add",
    "officer roles",
    "officer reset",
    "law confirm",
    "audit verify",
    "evidence add",
    "evidence list",
    "evidence check",
    "evidence bundle",
    "evidence verify",
    "stream kafka",
    "stream folder",
    "stream lag",
    "names compare",
    "names find",
    "bench names",
    "bench adverts",
)


@pytest.mark.parametrize("command", [*COMMANDS, *DEEPER])
def test_every_command_explains_itself_with_an_example(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    app([*command.split(), "--help"], result_action="return_value")
    said = " ".join(capsys.readouterr().out.split())
    assert "Example: " in said
    assert f"warroom {command}" in said.split("Example: ")[1]


def test_the_list_of_commands_needs_little_work() -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    said = subprocess.run(
        [sys.executable, "-m", "warroom", "--help"], capture_output=True, text=True, check=True
    ).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert all(name in said for name in COMMANDS)
    # Half a second is promised; processor time is what a busy machine does not stretch.
    assert (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime) < 0.5


def test_the_list_of_commands_says_what_each_does() -> None:
    done = subprocess.run([sys.executable, "-m", "warroom"], capture_output=True, text=True, timeout=60)
    assert DOES.keys() == COMMANDS.keys()
    said = " ".join(done.stdout.replace("│", " ").split())
    assert all(f"{command} {does}" in said for command, does in DOES.items())
