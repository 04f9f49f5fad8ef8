"""What stands for a subject of each kind where a form asks for one: what would be right."""

from warroom.web.kit.words.mark import N_

SUBJECT_EXAMPLES = {
    "account": N_("B02:000-118-8204, or its last four digits 8204"),
    "number": N_("081 234 5678, or its last four digits 5678"),
    "phone": N_("081 234 5678, or its last four digits 5678"),
    "person": N_("P-12, or a name"),
    "company": N_("0105561234567, or a name"),
    "page": "https://example.com/jobs",
    "domain": "example.com",
    "site": N_("the number of a building, as the map says: S1011848231"),
    "supply": N_("the number of a line, as the map says: S0523678916"),
    "link": N_("the number of a line, as the map says: S0523678916"),
    "mast": "M-104",
    "terminal": "KIT00012345",
    "sim-batch": "2026-03/0142",
    "trip": N_("the number of a journey: T-1204"),
    "transfer": N_("the bank's number of the transfer"),
    "device": N_("the number of a device, as the chart says"),
    "place": N_("House 12, Mae Sot, Tak"),
    "asset": "A-12",
    "case": "C-12",
    "group": "G-3",
    "method": N_("a parcel that was never sent"),
    "public": N_("everybody in Tak province"),
}
"""What would be right in a field for a subject of this kind."""
