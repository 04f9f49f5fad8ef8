"""Buildings, and what feeds them with power and connection."""

from warroom.records.table import Column, Table, choice, moment, text

premises = Table(
    "premises",
    (
        choice(
            "class",
            "What the building is used as.",
            "home",
            "clinic",
            "school",
            "shop",
            "office",
            "hotel",
            "villa",
            "compound",
            required=True,
        ),
        Column("lat", "number", "degrees, WGS 84", "Latitude.", required=True, low=-90, high=90),
        Column("lon", "number", "degrees, WGS 84", "Longitude.", required=True, low=-180, high=180),
        Column("backup_hours", "number", "hours", "How long it runs on its own power.", low=0),
        text("landlord_id", "Who lets it: the record_id of a holder."),
    ),
    "Buildings that supply lines reach.",
)

supply = Table(
    "supply",
    (
        text("premises_id", "The building it feeds: the record_id of premises."),
        text("supply_id", "The supply it feeds: the record_id of a supply."),
        choice("kind", "What it is.", "feeder", "generator", "fibre", "satellite", "mast", required=True),
        text("upstream", "What feeds it: the record_id of a supply."),
        Column("capacity", "number", "MW for power, Mbit/s for connection", "What it can carry.", low=0),
        Column("delay_days", "number", "days", "How long until a replacement stands.", low=0),
    ),
    "Feeders, generators, fibres, satellite terminals and masts, and what each of them feeds.",
)

readings = Table(
    "readings",
    (
        text("supply_id", "The supply that was read.", required=True),
        moment("time", "When it was read.", required=True),
        Column("quantity", "number", "the row's unit", "What was read.", required=True),
        text("unit", "The unit of the quantity, such as kWh or GB.", required=True),
    ),
    "Meter readings of supplies.",
    "time",
)

TABLES = (premises, supply, readings)
