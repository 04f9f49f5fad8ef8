"""What the laboratory adds where it is installed: commands, and the exercise that a demo home holds.

It comes by the entry points of one group, so that nothing of the product imports it: `commands`, a module with COMMANDS and
DOES as `warroom.cli.app` has them, and `exercises`, a module that is `Exercises`.
"""

from contextlib import AbstractContextManager
from importlib import import_module
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any, Protocol

from cyclopts import App

from warroom.errors import HomeError
from warroom.home import Home

if TYPE_CHECKING:
    from warroom.runtime.exercise import Exercise
    from warroom.runtime.open_home import OpenHome

    class ServedExercise(Exercise, Protocol):
        """An exercise whose country plays on while it is served."""

        def go_on(self, room: OpenHome) -> None:
            """One turn of the country: up to the exercise's time, with what the room decided."""
            ...


GROUP = "warroom.laboratory"


class Exercises(Protocol):
    """Opens the exercises of demo homes."""

    def follow_clock(self, home: Home) -> AbstractContextManager[None]:
        """Go by the exercise's time for the length of a block."""
        ...

    def resume(self, home: Home) -> "AbstractContextManager[ServedExercise]":
        """Go on with the exercise; its clock runs for the length of a block."""
        ...


def load_exercises(home: Home) -> Exercises:
    """What opens the exercise of a demo home. Raises HomeError where the laboratory is not installed."""
    found: Exercises | None = _load_entry_point("exercises")
    if found is None:
        raise HomeError(
            f"{home.root} holds an exercise; to go on with it install the laboratory (warroom_lab)."
        )
    return found


def list_commands(group: str = "") -> dict[str, tuple[str, str]]:
    """The laboratory's commands of a group (empty: of `warroom` itself): by name the target and what it does."""
    commands = _load_entry_point("commands")
    listed: dict[str, tuple[str, str]] = {}
    if commands is None:
        return listed
    for name, target in commands.COMMANDS.items():
        group_of_name, _, command = name.rpartition(" ")
        if group_of_name == group:
            listed[command] = (target, commands.DOES.get(name, ""))
    return listed


def add_commands(app: App, group: str) -> None:
    """Add the laboratory's commands of a group."""
    for name, (target, _) in list_commands(group).items():
        module, _, function = target.partition(":")
        app.command(getattr(import_module(module), function), name=name)


def _load_entry_point(name: str) -> Any:
    return next((entry.load() for entry in entry_points(group=GROUP, name=name)), None)
