"""Records in partners' standards, written, read and checked: `python -m benchmarks.exchange [--quick]`.

The record has as many of each kind of thing as the next; the checked part is a stratified 2,000 objects, or all of them without --quick.
The peer is the library stix2, which builds the same objects.
"""

import json
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.harness import Figure, at_least, start_run
from warroom.exchange.standards import case_uco, misp, stix, stix_reader
from warroom.exchange.standards.record import ExchangedThing, SharedPayment, SharedRecord

NIGHT = datetime(2026, 11, 24, 2, 31, 4, tzinfo=UTC)
BAR = 10_000.0
"""Objects a second of the writer."""
OTHER_BAR = 2_000.0
"""Things a second of the other writers. Chosen: the largest chart has 10,000, in five seconds."""
LIBRARY = 683.0
"""Objects a second of stix2 3.0.2, measured for the research of December 2026 on two loaded cores."""


def build_record(each: int) -> SharedRecord:
    """A record with `each` accounts, telephone numbers, domains and sites, and a payment for each account."""
    things = [
        *(
            ExchangedThing("account", f"{10**9 + n}", f"B{n % 9 + 1:02d}", currency="THB")
            for n in range(each)
        ),
        *(ExchangedThing("phone", f"+66{800_000_000 + n}") for n in range(each)),
        *(ExchangedThing("domain", f"bank-{n}.example") for n in range(each)),
        *(
            ExchangedThing("site", f"S-{n}", name=f"Compound {n}", latitude=16.25, longitude=98.5)
            for n in range(each)
        ),
    ]
    payments = tuple(
        SharedPayment(
            f"B01:T-{n}",
            things[n].key,
            things[(n + 1) % each].key,
            4_950_000,
            "THB",
            NIGHT + timedelta(seconds=n),
        )
        for n in range(each)
    )
    return SharedRecord("C-1", NIGHT, is_exercise=True, things=tuple(things), payments=payments)


def time_work(work: Callable[[], Any]) -> tuple[Any, float]:
    """What it made, and the seconds of the processor."""
    began = time.process_time()
    made = work()
    return made, max(time.process_time() - began, 1e-6)


def measure_stix(record: SharedRecord) -> list[Figure]:
    content, wrote = time_work(lambda: stix.render(record))
    count = len(json.loads(content)["objects"])
    back, read = time_work(lambda: stix_reader.parse_stix(content))
    return [
        at_least("STIX 2.1 written", count / wrote, "objects/s", BAR, f"stix2 library {LIBRARY:,.0f}"),
        at_least("STIX 2.1 read and checked", count / read, "objects/s", BAR),
        at_least("of the record in the bundle that was read", float(back.record == record), "whole", 1.0),
    ]


def check_stix(record: SharedRecord) -> list[Figure]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from stix2validator import ValidationOptions, validate_string
    content = stix.render(record).decode()
    options = ValidationOptions(
        version="2.1", strict=True, enforce_refs=True, disabled=["uuid-check", "relationship-types"]
    )
    checked, took = time_work(lambda: validate_string(content, options))
    count = len(json.loads(content)["objects"])
    refused = len(checked.errors or ())
    beside = f"stix2-validator, strict, {count / took:,.0f} objects/s"
    return [at_least("STIX objects that pass", count - refused, f"of {count:,}", count, beside)]


def check_case(record: SharedRecord) -> list[Figure]:
    """One graph by case_validate, whose ontology comes with the package; the tests check two of each kind of thing."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "case.json")
        path.write_bytes(case_uco.render(record))
        command = [str(Path(sys.executable).with_name("case_validate")), "--allow-info", str(path)]
        began = time.perf_counter()
        checked = subprocess.run(command, capture_output=True, text=True, check=False)
        took = time.perf_counter() - began
    count = len(record.things) + len(record.payments)
    conforms = float("Conforms: True" in checked.stdout)
    beside = f"case_validate, {count:,} things and payments in {took:,.0f} s"
    return [at_least("CASE graph that conforms", conforms, "whole", 1.0, beside)]


def measure_others(record: SharedRecord) -> list[Figure]:
    figures: list[Figure] = []
    count = len(record.things) + len(record.payments)
    modules: list[tuple[str, Any, Any]] = [
        ("MISP", misp.render, misp.parse_misp),
        ("CASE", case_uco.render, case_uco.parse_case),
    ]
    for name, render, parse in modules:
        content, wrote = time_work(partial(render, record))
        back = parse(content).record
        figures.append(at_least(f"{name} written", count / wrote, "things/s", OTHER_BAR))
        figures.append(
            at_least(f"of the record in the {name} file that was read", float(back == record), "whole", 1.0)
        )
    return figures


def main(arguments: Sequence[str] | None = None) -> int:
    run = start_run(__doc__, arguments, quick="12,500 objects, of which 2,000 are validated")
    record = build_record(2_500 if run.is_quick else 200_000)
    figures = [*measure_stix(record), *measure_others(build_record(2_500))]
    figures += check_stix(build_record(400 if run.is_quick else 4_000))
    figures += check_case(build_record(4 if run.is_quick else 400))
    return run.finish("Exchange", figures)


if __name__ == "__main__":
    sys.exit(main())
