"""CASE/UCO: graphs conform by case_validate, come back as they left, and another tool's devices are read."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.exchange.standards.records import build_record
from warroom.errors import ExchangeError
from warroom.exchange.standards import case_uco
from warroom.exchange.standards.record import THING_KINDS

RECORD = build_record(3, THING_KINDS)
SEIZED = {
    "@context": {
        "ex": "https://laboratory.example/",
        "core": "https://ontology.unifiedcyberontology.org/uco/core/",
        "obs": "https://ontology.unifiedcyberontology.org/uco/observable/",
    },
    "@graph": [
        {
            "@id": f"ex:phone-{number}",
            "@type": ["obs:MobileDevice"],
            "core:hasFacet": [
                {
                    "@type": "obs:MobileDeviceFacet",
                    "obs:IMEI": [f"35000000000000{number}", "350000000000099"],
                },
                {"@type": "obs:DeviceFacet", "obs:model": "Example One"},
            ],
        }
        for number in range(3)
    ]
    + [
        {
            "@id": "ex:account",
            "@type": "obs:ObservableObject",
            "core:hasFacet": {"@type": "obs:PhoneAccountFacet", "obs:phoneNumber": "+66800000001"},
        },
        {
            "@id": "ex:uses",
            "@type": "obs:ObservableRelationship",
            "core:source": {"@id": "ex:account"},
            "core:target": {"@id": "ex:phone-0"},
        },
        {
            "@id": "ex:image",
            "@type": "obs:ObservableObject",
            "core:hasFacet": {"@type": "obs:RasterPictureFacet"},
        },
    ],
}
"""Invented, as a laboratory's tool writes it: prefixes of its own, no tag of ours."""


def validate_graph(path: Path) -> str:
    """What case_validate says; the ontology comes with the package."""
    command = [Path(sys.executable).with_name("case_validate"), "--allow-info", path]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_graph_with_every_kind_of_thing_conforms(tmp_path: Path) -> None:
    path = tmp_path / "case.json"
    path.write_bytes(case_uco.render(build_record(2, THING_KINDS)))
    assert "Conforms: True" in validate_graph(path)


def test_a_graph_comes_back_as_it_left() -> None:
    back = case_uco.parse_case(case_uco.render(RECORD))
    assert back.record == RECORD
    assert back.others == {}
    assert case_uco.list_not_held(RECORD) == {}


def test_seized_devices_of_another_tool_are_read_and_what_is_strange_is_counted() -> None:
    back = case_uco.parse_case(json.dumps(SEIZED).encode())
    assert [(thing.kind, thing.value) for thing in back.record.things] == [
        ("device", "350000000000000"),
        ("device", "350000000000001"),
        ("device", "350000000000002"),
        ("phone", "+66800000001"),
    ]
    assert back.others["ObservableObject"] == 1


@pytest.mark.parametrize(
    "content", [b"{", b"7", b'{"@graph": 7}', b'{"@graph": [7]}', b'[{"a": 1}]', b"[" * 100_000]
)
def test_what_is_no_graph_is_refused_in_one_sentence(content: bytes) -> None:
    with pytest.raises(ExchangeError, match="no graph of CASE"):
        case_uco.parse_case(content)
