"""Work on the blocks of a file side by side, answered in order and never far ahead of who takes them."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from warroom import settings

Item = TypeVar("Item")
Result = TypeVar("Result")


def map_in_order(work: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """`work` of every item, by as many threads as the settings allow.

    At most that many items and one more are in memory, so memory is bounded whether the producer or the
    consumer is slow. Arrow and libxml2 let other threads run while they work, which is what makes threads
    worth it.
    """
    threads = settings.count_threads()
    if threads == 1:
        yield from map(work, items)
        return
    waiting: deque[Future[Result]] = deque()
    with ThreadPoolExecutor(threads, thread_name_prefix="records") as pool:
        try:
            for item in items:
                waiting.append(pool.submit(work, item))
                # One more than threads: while the oldest result is consumed, every thread still has work.
                if len(waiting) > threads:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
