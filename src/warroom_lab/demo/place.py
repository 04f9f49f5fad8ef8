"""Where an exercise lives in a demo home, and whether one is there.

Apart from founding and playing it, which load all that reads and follows records.
"""

from pathlib import Path

from warroom.errors import HomeError
from warroom.home import Home
from warroom_lab.demo.plan import ExercisePlan

FOLDER = "exercise"


def get_exercise_folder(home: Home) -> Path:
    """Where an exercise keeps its plan, clock, journal and position."""
    return home.run / FOLDER


def is_built(home: Home) -> bool:
    """Whether the home holds an exercise that this program can go on with."""
    try:
        ExercisePlan.load_plan(get_exercise_folder(home) / "plan.json")
    except HomeError:
        return False
    return True


def require_demo_home(home: Home) -> None:
    """Raise HomeError where this is not a demo home: nothing invented may get into a real one."""
    if home.kind != "demo":
        raise HomeError(f"{home.root} is a {home.kind} home; set WARROOM_HOME to an empty folder for a demo.")
