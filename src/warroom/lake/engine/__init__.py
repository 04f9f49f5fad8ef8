"""The one seam to what queries the lake: DuckDB in this process, or a Spark that is there already.

Everything above is Ibis expressions; another engine is one more file here and one more line in `make_engine`.
"""

from warroom import settings
from warroom.errors import SettingError
from warroom.lake.engine.base import Engine
from warroom.lake.engine.duckdb import DuckDB

__all__ = ["Engine", "make_engine"]


def make_engine() -> Engine:
    """The engine that the settings name; raises SettingError for an unknown one. A Spark is not asked yet."""
    name = settings.get_text("WARROOM_ENGINE")
    if name == "duckdb":
        return DuckDB()
    if name.startswith(("sc://", "spark://")):
        from warroom.lake.engine.spark import Spark

        return Spark(name)
    raise SettingError(
        f"WARROOM_ENGINE is '{name}', which is no engine; it may be duckdb, sc://HOST:15002 for Spark Connect,"
        " or spark://HOST:7077 for a Spark master."
    )
