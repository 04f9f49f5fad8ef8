"""The laboratory's additions where it is installed: commands, and the exercise of a demo home.

They are loaded by entry points of one group, so that the product does not import the laboratory: `commands`,
a module with COMMANDS and DOES like `warroom.cli.app`, and `exercises`, a module that implements `Exercises`.
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
            """One turn of the simulated country: up to the exercise's time, with the room's decisions
            applied.
            """
            ...


GROUP = "warroom.laboratory"


class Exercises(Protocol):
    """Opens the exercises of demo homes."""

    def follow_clock(self, home: Home) -> AbstractContextManager[None]:
        """Use the exercise's time within a block."""
        ...

    def resume(self, home: Home) -> "AbstractContextManager[ServedExercise]":
        """Continue the exercise; its clock runs within the block."""
        ...


def load_exercises(home: Home) -> Exercises:
    """The laboratory's `Exercises`. Raises HomeError where it is not installed."""
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
        # Imported at once: these groups are small, and their help is the function's docstring.
        app.command(getattr(import_module(module), function), name=name)


def _load_entry_point(name: str) -> Any:
    # None where the laboratory is not installed, as on a production server.
    return next((entry.load() for entry in entry_points(group=GROUP, name=name)), None)
