"""Reading ahead: the next batch is read on another thread while this one is stored."""

import queue
import threading
from collections.abc import Iterator
from typing import TypeVar

T = TypeVar("T")


def iter_ahead(items: Iterator[T], depth: int = 1) -> Iterator[T]:
    """The same items in the same order, up to `depth` of them read before they are asked for.

    An error of the reading side is raised here; where the taking side stops early, so does the thread.
    """
    # Bounded: reading further ahead would only take memory.
    ready: queue.Queue[tuple[bool, T | BaseException | None]] = queue.Queue(depth)
    stopped = threading.Event()

    def put(entry: tuple[bool, T | BaseException | None]) -> None:
        while not stopped.is_set():
            try:
                # A plain put would wait for ever on a taker that stopped because its own side broke.
                return ready.put(entry, timeout=0.1)
            except queue.Full:
                continue

    def read() -> None:
        try:
            for item in items:
                put((True, item))
                if stopped.is_set():
                    return
            put((False, None))
        # Also KeyboardInterrupt and MemoryError: a reader that dies unheard leaves its taker waiting.
        except BaseException as problem:
            put((False, problem))

    thread = threading.Thread(target=read, name="lake-reader", daemon=True)
    thread.start()
    try:
        while True:
            more, item = ready.get()
            if isinstance(item, BaseException):
                raise item
            if not more:
                return
            yield item  # type: ignore[misc]
    finally:
        stopped.set()
        thread.join()
