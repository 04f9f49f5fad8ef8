"""A standard is one file with `render`; a format of the chart is a line of the registry."""

from importlib import import_module
from pathlib import Path

import pytest

import warroom.exchange.standards as standards
from warroom.exchange.standards.chart_export import ChartExport
from warroom.exchange.standards.exports import EXPORTS
from warroom.room.chart.views import CHART_FORMS

FOLDER = Path(standards.__file__).parent
SHARED = {
    "__init__",
    "chart_export",
    "chart_record",
    "chart_rows",
    "exports",
    "ftm_reader",
    "record",
    "record_standards",
    "stix_reader",
    "stix_types",
}
"""What is no standard of its own: declarations, registries, the record, readers, and what several have in common."""
FILES = sorted({path.stem for path in FOLDER.glob("*.py")} - SHARED)


@pytest.mark.parametrize("file", FILES)
def test_a_standard_renders_and_names_what_it_follows(file: str) -> None:
    module = import_module(f"warroom.exchange.standards.{file}")
    assert [name for name in vars(module) if name.startswith("render")]
    assert module.__doc__


def test_every_format_of_the_chart_is_registered_once() -> None:
    declared = [
        value
        for file in FILES
        for value in vars(import_module(f"warroom.exchange.standards.{file}")).values()
        if isinstance(value, ChartExport)
    ]
    assert {export.name for export in declared} == {export.name for export in EXPORTS}
    assert {export.name for export in EXPORTS} | {"pdf", "svg", "png"} == set(CHART_FORMS)
    for values in ([export.name for export in EXPORTS], [export.ending for export in EXPORTS]):
        assert len(set(values)) == len(EXPORTS)
