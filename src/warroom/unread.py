"""Reading strangers' texts: a failure on one text is counted and reported, and the others are read.

Strangers write anything, and some text will hit a bug. One advert, message or name must not hide all others,
so each is read in a `try` of its own.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Read = TypeVar("Read")
# Failures listed by name; the others are only counted.
_SHOWN = 5
log = logging.getLogger(__name__)


@dataclass
class UnreadTexts:
    """Unreadable texts of one kind (`what`: adverts, messages, names ...): their number, and the first of
    them by name, each with the exception and its place in the program. It keeps no text.
    """

    what: str
    count: int = 0
    faults: list[str] = field(default_factory=list)

    def try_reading(
        self, name: str, read: Callable[Given, Read], *given: Given.args, **named: Given.kwargs
    ) -> Read | None:
        """The result of `read` on a text called `name`; None where it raises, which is counted and logged."""
        try:
            return read(*given, **named)
        except Exception as problem:
            self.record_failure(name, problem)
            return None

    def record_failure(self, name: str, problem: Exception) -> None:
        """Count a text that could not be read, and log why."""
        self.count += 1
        fault = f"{name}: {describe_fault(problem)}"
        log.warning("one of the %s could not be read: %s", self.what, fault)
        if len(self.faults) < _SHOWN:
            self.faults.append(fault)

    def __str__(self) -> str:
        more = self.count - len(self.faults)
        return "; ".join([*self.faults, *([f"and {more:,} more"] if more else [])])


def describe_fault(problem: BaseException) -> str:
    """The class of an exception and where it was raised; never its message, which may quote what a stranger
    wrote.
    """
    trace = problem.__traceback__
    # The innermost frame: where it was raised, not where it was caught.
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f" ({trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno})" if trace else ""
    return f"{type(problem).__name__}{place}"
