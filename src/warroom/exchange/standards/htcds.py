"""People found as rows of the Human Trafficking Case Data Standard 2.0 (UNMigration, CC BY 4.0), for those who help them.

The caller gives a person only with that person's own approval: nothing here reads the survivors' store. The standard has no value
for forced criminality, which is what most people in scam compounds were made to do. The room's own value is written beside the
standard's in a column of its own and comes back as it was. Sex, citizenship, language and other fields of the standard that this
room keeps of nobody are not written.
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from warroom.errors import ExchangeError
from warroom.exchange.standards.chart_csv import FORMULA

Exploitation = Literal[
    "forced-criminality",
    "forced-labour",
    "sexual-exploitation",
    "child-labour",
    "forced-marriage",
    "servitude",
    "other",
]
STANDARD_VALUES: dict[Exploitation, str] = {
    # Labour that was forced, of which the crime was the content: the nearest value, as ILO's convention 29 has it.
    "forced-criminality": "ForcedLabour",
    "forced-labour": "ForcedLabour",
    "sexual-exploitation": "SexualExploitation",
    "child-labour": "ChildLabour",
    "forced-marriage": "ForcedMarriage",
    "servitude": "Servitude",
    "other": "Other",
}
TrafficStatus = Literal["presumed", "identified", "not-identified"]
STATUS_VALUES: dict[TrafficStatus, str] = {
    "presumed": "PossibleVictimOfTrafficking",
    "identified": "ActualVictimOfTrafficking",
    "not-identified": "NotAVictimOfTrafficking",
}
FIELDS = (
    "vic_TypeOfExploitation",
    "vic_TraffickingStatus",
    "vic_MethodsOfControl",
    "hte_Type",
    "hte_Country",
    "hte_Date",
    "con_Consent",
)
"""Fields of the standard."""
OWN_FIELDS = ("wr_Person", "wr_Case", "wr_IsChild", "wr_TypeOfExploitation")
"""Columns of our own, by a prefix that the standard does not use."""
MEDIA = "text/csv"


@dataclass(frozen=True, slots=True)
class HtcdsPerson:
    """One person. `reference`: the room's number of the person, never a name. `controls`: how control was kept, in the standard's words.
    `country`: of the exploitation, ISO 3166 alpha-2.
    """

    reference: str
    case: str
    exploitation: tuple[Exploitation, ...]
    status: TrafficStatus
    is_child: bool
    found_on: date
    country: str
    has_consent: bool
    controls: tuple[str, ...] = ()


def render(people: Iterable[HtcdsPerson]) -> bytes:
    """The rows, UTF-8 with a byte order mark. Raises ExchangeError for a person without consent: nobody leaves unasked."""
    text = io.StringIO()
    writer = csv.DictWriter(text, (*FIELDS, *OWN_FIELDS), lineterminator="\r\n")
    writer.writeheader()
    for person in people:
        if not person.has_consent:
            raise ExchangeError(
                "One of these people has not agreed that their record leaves; nothing was written."
            )
        writer.writerow({name: _fit_cell(cell) for name, cell in _build_row(person).items()})
    return text.getvalue().encode("utf-8-sig")


def parse_htcds(content: bytes) -> tuple[HtcdsPerson, ...]:
    """The people of a table; raises ExchangeError with one sentence."""
    try:
        return tuple(_read_row(row) for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    except (ValueError, KeyError, TypeError, AttributeError, csv.Error):
        raise ExchangeError(
            "The table has not the fields of HTCDS that can be read here; ask for it again."
        ) from None


def _build_row(person: HtcdsPerson) -> dict[str, str]:
    return {
        "vic_TypeOfExploitation": ";".join(
            dict.fromkeys(STANDARD_VALUES[kind] for kind in person.exploitation)
        ),
        "vic_TraffickingStatus": STATUS_VALUES[person.status],
        "vic_MethodsOfControl": ";".join(person.controls),
        "hte_Type": "Exploitation",
        "hte_Country": person.country,
        "hte_Date": person.found_on.isoformat(),
        "con_Consent": _format_truth(person.has_consent),
        "wr_Person": person.reference,
        "wr_Case": person.case,
        "wr_IsChild": _format_truth(person.is_child),
        "wr_TypeOfExploitation": ";".join(person.exploitation),
    }


def _read_row(row: dict[str, str]) -> HtcdsPerson:
    statuses: dict[str, TrafficStatus] = {value: status for status, value in STATUS_VALUES.items()}
    return HtcdsPerson(
        reference=row.get("wr_Person") or "",
        case=row.get("wr_Case") or "",
        exploitation=_read_exploitation(
            row["vic_TypeOfExploitation"], row.get("wr_TypeOfExploitation") or ""
        ),
        # Nothing stated is doubt, and doubt means presumed.
        status=statuses.get(row["vic_TraffickingStatus"], "presumed"),
        is_child=row.get("wr_IsChild") == "true",
        found_on=date.fromisoformat(row["hte_Date"]),
        country=row["hte_Country"],
        has_consent=row["con_Consent"].lower() == "true",
        controls=tuple(word for word in row["vic_MethodsOfControl"].split(";") if word),
    )


def _read_exploitation(stated: str, own: str) -> tuple[Exploitation, ...]:
    """Ours where it is there, else the standard's: another's forced labour is not taken for forced criminality."""
    known: dict[str, Exploitation] = {kind: kind for kind in STANDARD_VALUES}
    if own:
        return tuple(known[word] for word in own.split(";"))
    plain = {value: kind for kind, value in STANDARD_VALUES.items() if kind != "forced-criminality"}
    return tuple(plain.get(word, "other") for word in stated.split(";") if word)


def _format_truth(value: bool) -> str:
    return "true" if value else "false"


def _fit_cell(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell
