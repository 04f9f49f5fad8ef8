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
            f"  {figure.name:<58} {figure.value:>14,.1f} {figure.unit:<8} bar {sign} {_bar(figure.bar):>12}  {verdict:<14}"
            f" {figure.beside}",
            flush=True,
        )


def _bar(bar: float) -> str:
    return f"{bar:,.0f}" if bar >= 10 else f"{bar:,.1f}"
