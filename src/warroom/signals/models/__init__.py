"""Which model scores: the home's own, else the one that ships with the program, else the rule."""

from functools import cache
from importlib import resources
from pathlib import Path

from warroom import settings
from warroom.home import Home
from warroom.signals.model.file import load
from warroom.signals.model.model import Model
from warroom.signals.mules.scoring import NAMES

FILE = "mules.model"
RULE = "rule"


def chosen(home: Home) -> Model | None:
    """The model of WARROOM_SIGNALS_MODEL, of the home, or of the program; None for the rule.

    Raises ModelError for a file that is missing, another version's, changed, or of other features.
    """
    named = settings.text("WARROOM_SIGNALS_MODEL")
    if named == RULE:
        return None
    if named:
        return _fit(Path(named).expanduser())
    own = own_path(home)
    return _fit(own) if own.exists() else shipped()


def own_path(home: Home) -> Path:
    """Where a home keeps the model that was trained in it."""
    return home.root / "models" / FILE


@cache
def shipped() -> Model | None:
    """The model that comes with the program; None where it was built without."""
    file = Path(str(resources.files(__package__))) / FILE
    return _fit(file) if file.exists() else None


def _fit(path: Path) -> Model:
    model = load(path)
    # Where it is loaded, not where it first scores: a model of other features must not wait
    # for the night to be found out.
    model.needs(NAMES)
    return model
