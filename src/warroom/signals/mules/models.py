"""Choosing the model: the home's own, else the shipped one, else the rule."""

from functools import cache
from importlib import resources
from pathlib import Path

from warroom import own_models, settings
from warroom.home import Home
from warroom.signals.model.file import load_model, save_model
from warroom.signals.model.model import TreeModel
from warroom.signals.mules.scoring import NAMES

FILE = "mules.model"
RULE = "rule"
SHIPPED = "shipped"


def load_chosen_model(home: Home) -> TreeModel | None:
    """The model of WARROOM_SIGNALS_MODEL, of the home, or of the program; None for the rule.

    Raises ModelError for a file that is missing, another version's, changed, or of other features.
    """
    named = settings.get_text("WARROOM_SIGNALS_MODEL")
    if named == RULE:
        return None
    if named:
        return _load_fitting_model(Path(named).expanduser())
    own = own_path(home)
    return _load_fitting_model(own) if own.exists() else load_shipped_model()


def use_model(home: Home, named: str) -> str:
    """Make a home use the model in a file, or the shipped one (`SHIPPED`); returns its name.

    The model used before is kept under its own name, so that nothing learned is lost. Raises ModelError for a
    file that has no model of this version.
    """
    own = own_path(home)
    if named == SHIPPED:
        put_aside(home)
        return SHIPPED
    model = _load_fitting_model(Path(named).expanduser())
    put_aside(home)
    own.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    save_model(model, own)
    own_models.copy_card(Path(named).expanduser(), own)
    return f"mules-{model.version}"


def put_aside(home: Home) -> None:
    """Rename the home's own model to its version; the shipped model is then in use."""
    own = own_path(home)
    own_models.archive_model(own, lambda: build_aside_path(home, load_model(own)))


def build_aside_path(home: Home, model: TreeModel) -> Path:
    """The path of a model of the home that is not in use."""
    return own_path(home).with_name(f"mules-{model.version}.model")


def own_path(home: Home) -> Path:
    """The path of the model that was trained in a home."""
    return home.root / "models" / FILE


@cache
def load_shipped_model() -> TreeModel | None:
    """The model that comes with the program; None where it was built without."""
    file = Path(str(resources.files("warroom.signals"))) / "models" / FILE
    return _load_fitting_model(file) if file.exists() else None


def _load_fitting_model(path: Path) -> TreeModel:
    model = load_model(path)
    # Where it is loaded, not where it first scores: a model of other features must not wait
    # for the night to be found out.
    model.check_features(NAMES)
    return model
