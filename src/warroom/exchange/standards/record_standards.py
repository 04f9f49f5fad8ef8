"""The registry of standards in which a case's record leaves and comes, one line each, by the name on the command line."""

from collections.abc import Callable
from dataclasses import dataclass

from warroom.exchange.standards import amlo, case_uco, ftm_reader, misp, stix, stix_reader
from warroom.exchange.standards.record import ImportedRecord, SharedRecord


@dataclass(frozen=True, slots=True)
class RecordStandard:
    """A standard. `render` is None where it only comes in, `parse` where it only goes out."""

    name: str
    ending: str
    render: Callable[[SharedRecord], bytes] | None = None
    list_not_held: Callable[[SharedRecord], dict[str, int]] | None = None
    parse: Callable[[bytes], ImportedRecord] | None = None


STANDARDS: tuple[RecordStandard, ...] = (
    RecordStandard("stix", ".stix.json", stix.render, stix.list_not_held, stix_reader.parse_stix),
    RecordStandard("misp", ".misp.json", misp.render, misp.list_not_held, misp.parse_misp),
    RecordStandard("case", ".case.jsonld", case_uco.render, case_uco.list_not_held, case_uco.parse_case),
    RecordStandard("ftm", ".ftm.json", parse=ftm_reader.parse_ftm),
    RecordStandard("amlo", ".csv", amlo.render, amlo.list_not_held),
)
BY_NAME = {standard.name: standard for standard in STANDARDS}
