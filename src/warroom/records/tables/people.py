"""Who holds accounts and numbers, as tokens; companies, vehicles and journeys; how they are tied.

No table says anyone's nationality, ethnicity, religion, language or sex, and none may be given such a column.
"""

from warroom.records.table import Column, Table, choice, moment, text

holders = Table(
    "holders",
    (
        choice("kind", "What the holder is.", "person", "company", "shop", "agency", required=True),
        text("age_band", "The holder's age in bands of the source, such as 20-29.", "years"),
        text("province", "The province of the registered address."),
        moment("known_since", "Since when the source has known the holder.", old=True),
    ),
    "Who holds accounts or numbers. The record_id is a token, never a name or a citizen's number.",
)

companies = Table(
    "companies",
    (
        text("registration", "The registration number.", required=True),
        text("name", "The registered name."),
        moment("founded", "When it was registered.", old=True),
        Column("capital", "money", "THB", "The registered capital.", low=0),
        text("address", "The registered address."),
    ),
    "Registered companies.",
)

vehicles = Table(
    "vehicles",
    (
        text("plate", "The licence plate, with its province or country.", required=True),
        text("type", "The kind of vehicle."),
        text("owner", "The owner: the record_id of a holder or a registration."),
    ),
    "Vehicles seen on trips or owned by subjects.",
)

trips = Table(
    "trips",
    (
        moment("time", "When the leg began or the checkpoint saw it.", required=True),
        text("traveller_id", "The traveller, as a token."),
        text("vehicle_id", "The vehicle: the record_id of a vehicle."),
        text("booking", "The booking reference."),
        text("payer", "Who paid for it."),
        text("advert_id", "The advert that led to it: the record_id of an advert."),
        Column("leg", "integer", "number", "Which leg of the journey this is, from 1.", low=0),
        text("from", "Where the leg began."),
        text("to", "Where the leg went."),
        text("checkpoint", "The checkpoint that saw it."),
    ),
    "Legs of journeys, mostly across borders.",
    "time",
)

ties = Table(
    "ties",
    (
        moment("time", "Since when the tie holds.", required=True),
        moment("until", "Until when it held; null while it holds.", future=True),
        text("from_kind", "What kind of thing the tie starts at.", required=True),
        text("from_id", "Its number.", required=True),
        text(
            "relation",
            "How they are tied: director, tenant, landlord, uses_device, uses_sim and so on.",
            required=True,
        ),
        text("to_kind", "What kind of thing the tie ends at.", required=True),
        text("to_id", "Its number.", required=True),
    ),
    "A relation between two things that some source states.",
    "time",
)

listings = Table(
    "listings",
    (
        text("list", "The list's name.", required=True),
        text("subject_kind", "What kind of thing is listed.", required=True),
        text("subject_id", "Its number.", required=True),
        text("tier", "The list's tier or class."),
        moment("from", "Since when it is listed."),
        moment("until", "Until when it is listed.", future=True),
    ),
    "Who or what stands on a partner's list.",
)

TABLES = (holders, companies, vehicles, trips, ties, listings)
