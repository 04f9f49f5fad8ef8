"""Every error a user can meet.

WarroomError                what went wrong and what to do, in one sentence
  SettingError              a setting is missing or makes no sense
  HomeError                 the data folder cannot be used
    HomeBusy                another process holds it
    HomeVersion             it was written by another version
  RecordsError              a file cannot be read as records
  LakeError                 the lake cannot do what was asked
    LakeDamaged             a stored byte is not what was written
  TraceError                a transfer cannot be followed
  FeaturesError             transfers of which no features can be made
  ModelError                a model cannot be trained, read or used
    ProtocolError           labelled transfers on which nothing can be measured
  SignalError               signals cannot be made or learned from what was given
  WorldError                a synthetic country cannot be built, read, played or asked that
  LedgerError               the ledger cannot be reached
    NotAllowed              the officer may not do this
      KeyRefused            a partner's key is unknown or was ended
    NotPossible             the action is not in a state that allows this
    NotFound                there is no such thing, or not for this officer
    TooLarge                more than this room takes in one piece
    QuotaSpent              a partner asked more than it may for now
  PaperError                a document cannot be set
  ExchangeError             a message cannot be rendered, sent or read
    NotUnderstood           an answer cannot be read, or fits no order
    NotBelieved             a message is not from whom it says, or not theirs to send
"""


class WarroomError(Exception):
    """One sentence that says what is wrong and what to do; `exit_code` is what the command line returns."""

    exit_code = 1
    http_status = 400

    @property
    def sentence(self) -> str:
        return str(self)


class SettingError(WarroomError):
    """A setting is missing or makes no sense."""


class HomeError(WarroomError):
    """The data folder cannot be used."""

    http_status = 503


class HomeBusy(HomeError):
    """Another process holds the data folder."""


class HomeVersion(HomeError):
    """The data folder was written by another version."""


class RecordsError(WarroomError):
    """A file cannot be read as records."""


class LakeError(WarroomError):
    """The lake cannot do what was asked."""


class LakeDamaged(LakeError):
    """A stored byte is not what was written."""

    http_status = 500


class TraceError(WarroomError):
    """A transfer cannot be followed."""

    http_status = 404


class FeaturesError(WarroomError):
    """Transfers of which no features can be made."""


class ModelError(WarroomError):
    """A model cannot be trained, read or used."""


class ProtocolError(ModelError):
    """Labelled transfers on which nothing can be measured."""


class SignalError(WarroomError):
    """Signals cannot be made, or learned, from what was given."""


class WorldError(WarroomError):
    """A synthetic country that cannot be built, read, played or asked that."""


class LedgerError(WarroomError):
    """The ledger cannot be reached."""

    http_status = 503


class NotAllowed(LedgerError):
    """The officer may not do this."""

    http_status = 403


class KeyRefused(NotAllowed):
    """A partner's key is unknown or was ended."""

    http_status = 401


class NotPossible(LedgerError):
    """The action is not in a state that allows this."""

    http_status = 409


class NotFound(LedgerError):
    """There is no such thing, or not for this officer."""

    http_status = 404


class TooLarge(LedgerError):
    """More than this room takes in one piece."""

    http_status = 413


class QuotaSpent(LedgerError):
    """A partner asked more than it may for now; `seconds` is when to come again."""

    http_status = 429

    def __init__(self, sentence: str, seconds: int) -> None:
        super().__init__(sentence)
        self.seconds = seconds


class PaperError(WarroomError):
    """A document cannot be set."""

    http_status = 500


class ExchangeError(WarroomError):
    """A message cannot be rendered, sent or read."""

    http_status = 502


class NotUnderstood(ExchangeError):
    """An answer cannot be read, or fits no order."""

    http_status = 400


class NotBelieved(ExchangeError):
    """A message is not from whom it says, or not theirs to send."""

    http_status = 403
