"""A Spark that is there already, asked through Spark Connect (sc://) or as a driver of its own (spark://).

The session speaks UTC and ANSI, so that a sum too large or a text that is no number is an error and not a null.
"""

import atexit
import re
import threading
import warnings
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import ibis.expr.types as ir
import pyarrow as pa

from warroom.errors import LakeError
from warroom.lake.engine.session import open_session

if TYPE_CHECKING:
    from warroom.lake.engine.arrow import ArrowSpark

SAID = 200
"""Letters of Spark's own words that a sentence repeats."""
# A warning at import of many modules of pyspark; no row passes through pandas here (see `arrow`).
warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
# Logged before the error itself, which is reported as a sentence.
warnings.filterwarnings("ignore", r"\[RETRIES_EXCEEDED\]", UserWarning)

_OPEN: dict[str, "ArrowSpark"] = {}
_LOCK = threading.Lock()


def close_session(url: str) -> None:
    """Forget a session, whose server may be gone or restarted. The next query opens another."""
    with _LOCK:
        gone = _OPEN.pop(url, None)
    if gone is not None:
        gone.end_session()


def _close_all_sessions() -> None:
    for url in list(_OPEN):
        with suppress(Exception):  # a server that is gone; nobody is left to be told
            close_session(url)


# A session that is still open when the interpreter ends waits for ever for a thread that no longer runs.
atexit.register(_close_all_sessions)


class Spark:
    """One session for the whole process, opened when something is first asked."""

    cluster = True

    def __init__(self, url: str) -> None:
        self._url = url
        # What follows the place may be a secret.
        self.name = f"Spark at {url.partition('/;')[0]}"

    def read_parquet(self, paths: Sequence[Path], schema: pa.Schema) -> ir.Table:
        return self._get_backend().make_parquet_table(paths, schema)

    def check_version(self) -> str:
        asked = self._get_backend().sql("SELECT 1 AS one", schema={"one": "int32"})
        asked.to_pyarrow()
        return self._get_backend().spark_version

    def _get_backend(self) -> "ArrowSpark":
        with _LOCK:
            if self._url not in _OPEN:
                from warroom.lake.engine.arrow import ArrowSpark

                backend: ArrowSpark = ArrowSpark().connect(open_session(self._url, self.name))
                backend.make_error = self._make_error
                _OPEN[self._url] = backend
            return _OPEN[self._url]

    def _make_error(self, problem: Exception) -> LakeError:
        """Spark's words in a sentence."""
        close_session(self._url)
        told = re.search(r'details = "(.*)"', str(problem))  # so gRPC writes what went wrong
        said = (told[1] if told else str(problem).strip().partition("\n")[0])[:SAID]
        return LakeError(
            f"{self.name} did not answer the query ({said}); ask again, or see 'warroom doctor'."
        )
