"""Readers of strangers' texts: a fault of reading one of them is counted and said, and the others are read.

Strangers write whatever they like, and somewhere a program is wrong about it. What one advert, message or name does to its reader must
not hide all others: each is read in a try of its own.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Read = TypeVar("Read")
_SHOWN = 5
log = logging.getLogger(__name__)


@dataclass
class UnreadTexts:
    """Texts of one sort (`what`: adverts, messages, names ...) that no reader could read: how many, and which the first of them were, each
    with the fault and its place in the program. It keeps no text.
    """

    what: str
    count: int = 0
    faults: list[str] = field(default_factory=list)

    def try_reading(
        self, name: str, read: Callable[Given, Read], *given: Given.args, **named: Given.kwargs
    ) -> Read | None:
        """What `read` makes of a text called `name`; None where it fails, which is counted and logged."""
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
    """The sort of a fault and where it arose. Never its message: that may quote what a stranger wrote."""
    trace = problem.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f" ({trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno})" if trace else ""
    return f"{type(problem).__name__}{place}"
