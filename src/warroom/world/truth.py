"""What was true: nothing but `evaluation` and tests may import this."""

from dataclasses import dataclass

from warroom.world.money import Array, Columns


@dataclass
class Labels(Columns):
    """One row a crime payment that happened, in the order of `uid`. `case` -1: several or none."""

    uid: Array  # int64
    typology: Array  # uint8, crime.columns.TYPOLOGIES
    case: Array  # int32
    syndicate: Array  # int32
    hop: Array  # int8


@dataclass
class Parts(Columns):
    """How much of a payment was whose: one row for each case in it."""

    uid: Array
    case: Array
    amount: Array


@dataclass(frozen=True, slots=True)
class Held:
    """One hold or block as it was carried out. `stolen` and `own`: satang bound when it began."""

    order_id: str
    account: int
    whole: bool
    start: int
    end: int
    stolen: int
    own: int
    innocent: bool


class Truth:
    """What was true in one run, as of its `now`."""

    def labels(self) -> Labels:
        """Of every crime payment that happened so far."""
        raise NotImplementedError

    def parts(self) -> Parts:
        """Whose money each crime payment carried."""
        raise NotImplementedError

    def pots(self) -> dict[tuple[int, int], int]:
        """(account, case) -> stolen satang that lies there now."""
        raise NotImplementedError

    def mule(self, account: int) -> tuple[str, str] | None:
        """(type, knowledge) of a mule account, None for others."""
        raise NotImplementedError

    def innocent(self, account: int) -> bool:
        """Whether its holder took no part in crime: no mule account that was in a syndicate's hands."""
        raise NotImplementedError

    def balance(self, account: int, time: int) -> int:
        """Satang in the account at that time: ordinary life and stolen money together."""
        raise NotImplementedError

    def holds(self) -> list[Held]:
        """Every hold and block carried out so far; `end` is now where it still stands."""
        raise NotImplementedError

    def money(self) -> dict[str, int]:
        """stolen, reported, held, saved (held or given back, and its victim reported), in satang, as of now."""
        raise NotImplementedError

    def exits(self) -> dict[int, dict[str, int]]:
        """case -> satang by the way it left: cash, crypto, abroad, goods, spend."""
        raise NotImplementedError

    def organisers(self) -> dict[int, tuple[int, ...]]:
        """syndicate -> its organisers' holder numbers."""
        raise NotImplementedError

    def charges(self) -> dict[str, int]:
        """rightly, wrongly: people charged; screened: people met as victims instead."""
        raise NotImplementedError
