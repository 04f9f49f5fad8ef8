"""Which forecast a home works with: its own, else the one that ships with the program."""

from datetime import datetime
from functools import cache
from importlib import resources
from pathlib import Path
from zoneinfo import ZoneInfo

from warroom import own_models, settings, unwell
from warroom.errors import ModelError
from warroom.home import Home
from warroom.money.forecast.facts import MINUTE
from warroom.money.forecast.file import load_model, save_model
from warroom.money.forecast.forecast import Forecast
from warroom.money.forecast.model import ForecastModel
from warroom.sentences.sentence import Sentence

FILE = "leaving.forecast"
SHIPPED = "shipped"
DAMAGED = "health.forecast-damaged"


def load_active_forecast(home: Home, now: datetime) -> Forecast:
    """The home's own forecast, or the one that ships; an own one that cannot be read is reported as a health
    problem.
    """
    zone = ZoneInfo(settings.get_text("WARROOM_TIMEZONE")).utcoffset(now)
    ahead = round(zone.total_seconds() / 60) * MINUTE if zone else 0
    own = _find_own_model(home)
    # The shipped model was trained on the synthetic country: in a real room it counts as no experience.
    return Forecast(own or load_shipped_model(), ahead, own is not None or home.exercise)


def own_path(home: Home) -> Path:
    """Where a home keeps the forecast that was trained in it."""
    return home.root / "models" / FILE


@cache
def load_shipped_model() -> ForecastModel:
    """The forecast that comes with the program."""
    return load_model(Path(str(resources.files(__package__))) / FILE)


_known: dict[Path, tuple[tuple[int, int], ForecastModel | None]] = {}


def _find_own_model(home: Home) -> ForecastModel | None:
    path = own_path(home)
    try:
        stat = path.stat()
        mark = (stat.st_mtime_ns, stat.st_size)
    except OSError:
        mark = (0, 0)
    known = _known.get(path)
    # Read again only when it has changed: every decision asks.
    if known is None or known[0] != mark:
        known = _known[path] = (mark, _load_own_model(home, path) if mark[0] else None)
        if not mark[0]:
            unwell.clear_trouble(home, DAMAGED)
    return known[1]


def _load_own_model(home: Home, path: Path) -> ForecastModel | None:
    try:
        model = load_model(path)
    except ModelError as problem:
        unwell.note_trouble(home, Sentence(DAMAGED), why=problem.sentence)
        return None
    unwell.clear_trouble(home, DAMAGED)
    return model


def use_forecast(home: Home, named: str) -> str:
    """Make a home use the forecast in a file, or the one that ships (`load_shipped_model`); returns its name.

    The forecast used before is kept under its own name. Raises ModelError for a file without a forecast of
    this version.
    """
    if named == SHIPPED:
        archive_own_model(home)
        return SHIPPED
    model = load_model(Path(named).expanduser())
    archive_own_model(home)
    own_path(home).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    save_model(model, own_path(home))
    own_models.copy_card(Path(named).expanduser(), own_path(home))
    return f"leaving-{model.version}"


def archive_own_model(home: Home) -> None:
    """Give the home's own forecast the name of its version; what ships is then in use."""
    own = own_path(home)
    own_models.archive_model(own, lambda: get_archived_path(home, load_model(own)))


def get_archived_path(home: Home, model: ForecastModel) -> Path:
    """The path of a forecast of the home that is not in use."""
    return own_path(home).with_name(f"leaving-{model.version}.forecast")
