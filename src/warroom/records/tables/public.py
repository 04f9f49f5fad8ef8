"""What citizens and platforms say: reports, tips and adverts."""

from warroom.records.table import Column, Table, moment, text

reports = Table(
    "reports",
    (
        moment("time", "When the victim reported.", required=True),
        moment("realised_at", "When the victim understood."),
        text("scam_type", "The kind of deceit, in the source's words."),
        Column("transfer_ids", "list", "", "The reported transfers, by their record_id; may be empty."),
        text("first_contact", "How it began: a call, a message, an advert, a page."),
        Column("loss", "money", "THB", "What the victim says was lost.", low=0),
        text("channel", "Where it was reported: the hotline, a bank, a police station, the web."),
    ),
    "Victims' reports.",
    "time",
)

tips = Table(
    "tips",
    (
        moment("time", "When it was given.", required=True),
        text("kind", "What it is about: a place, a number, a page, a person."),
        text("text", "The words.", long=True),
        text("place", "Where, in the words of the source."),
        text("about", "What it names: a number, an account, an address."),
    ),
    "What people tell without being victims themselves.",
    "time",
)

adverts = Table(
    "adverts",
    (
        moment("time", "When it was seen.", required=True),
        text("platform", "Where it stood."),
        text("page", "The page or group."),
        text("poster", "Who posted it."),
        text("text", "Its words.", long=True),
        Column("contacts", "list", "", "Numbers and accounts it names."),
        Column("links", "list", "", "Addresses it links to."),
        text("place", "The place of work it names."),
        text("image_hash", "A fingerprint of its picture."),
        moment("removed_at", "When it was taken down."),
    ),
    "Job and investment adverts.",
    "time",
)

TABLES = (reports, tips, adverts)
