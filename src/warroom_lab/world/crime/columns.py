"""What the underworld is made of, as columns: syndicates, mules, cases and the payments planned for each case."""

from dataclasses import dataclass

from warroom_lab.world.drawing.columns import Array, ColumnTable

SCAMS = ("purchase", "reward", "job", "investment", "authority", "loan", "romance", "other")
MULE_TYPES = ("sold", "tricked", "stolen_id", "forced", "corporate")
SOLD, TRICKED, STOLEN_ID, FORCED, CORPORATE = range(5)
KNOWLEDGE = ("knew", "suspected", "did_not_know")
TYPOLOGIES = (
    "victim_pay",
    "layer",
    "collect",
    "cash",
    "crypto",
    "abroad",
    "goods",
    "spend",
    "cover",
    "bait_refund",
)
VICTIM_PAY, LAYER, COLLECT, CASH_OUT, CRYPTO_OUT, ABROAD_OUT, GOODS_OUT, SPEND, COVER, BAIT_REFUND = range(10)


@dataclass
class Syndicates(ColumnTable):
    """Row number = syndicate number."""

    site: Array  # int32, where it sits; a site may hold several
    staff: Array  # int32, people at work
    weight: Array  # float64, its share of all cases; adds up to 1


@dataclass
class Persons(ColumnTable):
    """People of a syndicate who are no mules, by role; existing holders of the nation."""

    syndicate: Array  # int32
    holder: Array  # int32
    role: Array  # uint8, ROLES


ROLES = ("organiser", "handler", "recruiter")
ORGANISER, HANDLER, RECRUITER = range(3)


@dataclass
class Mules(ColumnTable):
    """One row an account in a syndicate's hands, sorted by syndicate, then by start."""

    account: Array  # int32, in nation or crime numbering
    holder: Array  # int32
    syndicate: Array  # int32
    handler: Array  # int32, row of Persons
    type: Array  # uint8, MULE_TYPES
    knowledge: Array  # uint8, KNOWLEDGE
    start: Array  # int64, first use
    end: Array  # int64, last use if nothing happens to it
    device: Array  # int32, the phone that a handler keeps for it alone, -1: the holder's own
    controlled: Array  # bool, emptied within minutes by the handler
    careful: Array  # bool, no victim pays it, money rests in it over an hour, no sum just under what asks for a face
    small: Array  # bool, kept for cases of small sums; the others for larger ones
    collector: Array  # bool, gathers several chains before the exit
    reserve: Array  # bool, bought only when others are lost
    price: Array  # int64 satang paid for it


@dataclass
class CrimeCases(ColumnTable):
    """Row number = case number. `loss`: all planned payments less what is paid back, in the days that are played."""

    scam: Array  # uint8, SCAMS
    syndicate: Array  # int32
    victim: Array  # int32, holder
    account: Array  # int32, the victim's account
    start: Array  # int64, first contact
    end: Array  # int64, last payment
    whole_loss: Array  # int64 satang, also before and after the days that are played
    loss: Array  # int64 satang
    draw: Array  # float64, the case happens if this is below its syndicate's capacity at its start
    reported: Array  # bool


@dataclass
class Chain(ColumnTable):
    """One row a planned payment; the children of a payment are `children` rows from `first`, in order of `after`.

    A root is paid by the victim at `after` (a time); every other row leaves `after` microseconds after its parent arrived.
    `payee` is a row of mules for layers, else an account. `number`: its number inside the case.
    """

    case: Array  # int32
    parent: Array  # int32, -1 for a victim's payment
    first: Array  # int32
    children: Array  # int16
    number: Array  # int32
    hop: Array  # int8, 0 for a victim's payment
    after: Array  # int64
    amount: Array  # int64 satang
    typology: Array  # uint8, TYPOLOGIES
    payee: Array  # int32
    channel: Array  # uint8
    draw: Array  # float64, for what is decided while playing
