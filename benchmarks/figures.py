"""A figure beside its bar, and how a table of them is printed."""

import os
import platform
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """`value` in `unit`; `bar` is what it should reach, `more` whether more is better; `beside` a peer or a limit."""

    name: str
    value: float
    unit: str
    bar: float
    more: bool = True
    beside: str = ""

    @property
    def holds(self) -> bool:
        return self.value >= self.bar if self.more else self.value <= self.bar


def machine() -> str:
    """Cores, memory and Python of this machine in one line."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}"


def show(title: str, figures: Iterable[Figure]) -> None:
    """Print a table; a figure below its bar is marked as plainly as one above it."""
    print(f"\n{title} ({machine()})")
    for figure in figures:
        verdict = "holds" if figure.holds else "BELOW THE BAR"
        sign = ">=" if figure.more else "<="
        print(
            f"  {figure.name:<58} {_said(figure.value):>14} {figure.unit:<8} bar {sign} {_said(figure.bar):>12}  {verdict:<14}"
            f" {figure.beside}",
            flush=True,
        )


def _said(value: float) -> str:
    """A number as a reader compares it: whole from a thousand on, three digits below ten."""
    places = 0 if value == int(value) or abs(value) >= 1_000 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{places if abs(value) >= 0.1 or not places else 3}f}"
