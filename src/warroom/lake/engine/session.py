"""Opening a Spark session in bounded time: an unreachable server is a short error, not a long wait."""

import socket
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

from warroom.errors import SettingError

PATIENCE = 10.0
"""Seconds a Spark may take to be reached."""
RETRIES = {"max_retries": 6, "initial_backoff": 50, "max_backoff": 2000}
"""Of a call that a server in trouble refused, waits in milliseconds: about 7 s, not the library's 10 minutes."""


def open_session(url: str, name: str) -> Any:
    """A session at sc://HOST:PORT or spark://HOST:PORT; raises SettingError where there is none to be had."""
    session = _connect_session(url, name) if url.startswith("sc://") else _start_driver(url, name)
    # The lake's times are UTC, and ANSI mode turns overflows and bad casts into errors instead of nulls.
    session.conf.set("spark.sql.session.timeZone", "UTC")
    session.conf.set("spark.sql.ansi.enabled", "true")
    return session


def _connect_session(url: str, name: str) -> Any:
    if find_spec("pyspark") is None or find_spec("grpc") is None:
        raise SettingError(
            f"WARROOM_ENGINE names {name}, and pyspark-client is not installed; run: pip install 'warroom[spark]'."
        )
    import grpc
    from pyspark.errors import PySparkException
    from pyspark.sql.connect.client import DefaultChannelBuilder
    from pyspark.sql.connect.client.retries import DefaultPolicy
    from pyspark.sql.connect.session import SparkSession

    try:
        builder = DefaultChannelBuilder(url)
        channel = builder.toChannel()
    except (PySparkException, ValueError) as problem:
        raise SettingError(f"WARROOM_ENGINE is no address of Spark Connect: {problem}.") from None
    try:
        grpc.channel_ready_future(channel).result(timeout=PATIENCE)
    except grpc.FutureTimeoutError:
        raise _make_unreachable_error(name) from None
    finally:
        channel.close()
    session = SparkSession(connection=builder)
    session.client.set_retry_policies([DefaultPolicy(**RETRIES)])
    return session


def _start_driver(url: str, name: str) -> Any:
    """A driver in this process; the whole of pyspark brings py4j and Spark's jars, the client alone does not."""
    if find_spec("py4j") is None:
        raise SettingError(
            f"WARROOM_ENGINE names {name}, a Spark master, which needs Java and the whole of pyspark in place of"
            " pyspark-client; install that, or name a Spark Connect server as sc://HOST:15002."
        )
    place = urlsplit(url)
    try:
        socket.create_connection((place.hostname or "", place.port or 7077), PATIENCE).close()
    except (OSError, ValueError):
        raise _make_unreachable_error(name) from None
    from pyspark.sql import SparkSession

    # Its progress bar would mix with a command's output.
    builder = (
        SparkSession.builder.master(url).appName("warroom").config("spark.ui.showConsoleProgress", "false")
    )
    return builder.getOrCreate()


def _make_unreachable_error(name: str) -> SettingError:
    return SettingError(
        f"WARROOM_ENGINE names {name}, and nobody answers there within {PATIENCE:.0f} s; start that Spark,"
        " or correct the setting."
    )
