"""A progress bar on standard error, where that is a terminal."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from warroom.lake.terms import IngestProgress, OnProgress


@contextmanager
def show_progress() -> Iterator[OnProgress | None]:
    """Show file, share done, rate and time left; yields None where standard error is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[rate]:,.0f} rows/s"),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task("ingest", total=None, rate=0.0)
        file, before, last = "", 0, 0

        def on_progress(step: IngestProgress) -> None:
            nonlocal file, before, last
            # A step counts the rows of its own file; those of earlier files are added up here.
            if step.file != file:
                file, before = step.file, before + last
            last = step.rows
            # Not zero: the first report may come within the clock's resolution.
            elapsed = shown.tasks[0].elapsed or 1e-9
            shown.update(
                task,
                description=step.file,
                completed=step.done_bytes,
                total=step.size_bytes,
                rate=(before + step.rows) / elapsed,
            )

        yield on_progress
