"""Every error a user can meet.

WarroomError                what went wrong and what to do, in one sentence
  SettingError              a setting is missing or makes no sense
  HomeError                 the data folder cannot be used
    HomeBusy                another process holds it
    HomeVersion             it was written by another version
  RecordsError              a file cannot be read as records
  LakeError                 the lake cannot do what was asked
    LakeDamaged             a stored byte is not what was written
  StreamError               what comes as a stream cannot be taken
    KeyUsedBefore           a push's key came before with other content
    NotJson                 a push is of another format than pushes have
    IntakeBusy              more waits already than the room takes; come again later
  TraceError                a transfer cannot be followed
  FeaturesError             transfers of which no features can be made
  ModelError                a model cannot be trained, read or used
    ProtocolError           labelled transfers on which nothing can be measured
  PlanError                 a plan cannot be read or made
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

What is wrong is a code of the catalogue in `sentences/` with its parameters, told in Thai and English. Errors of the lower
floors that only the command line meets say an English sentence instead; their code is that of their class.
"""

import re
from typing import Self

from warroom.sentences.catalogue import is_code
from warroom.sentences.sentence import Sentence, render_sentence


class WarroomError(Exception):
    """What is wrong and what to do, in one sentence; `exit_code` is what the command line returns.

    `said` is a code of the catalogue, with `params` for the holes of its sentence; or a sentence: one of the catalogue that
    was made before, or plain English where nobody but the command line meets it. A code has no space in it.
    """

    # Subclasses may return another; 70 is kept for a bug of the program (`cli.app`).
    exit_code = 1
    http_status = 400

    def __init__(self, said: str, /, **params: object) -> None:
        # Text of no area of the catalogue (a library's message, a file's name) is kept as it is: an error
        # must not hide behind another one about its own sentence.
        coded = not isinstance(said, Sentence) and is_code(said)
        self.said = Sentence(said, **params) if coded else said
        super().__init__(self.said)

    @classmethod
    def from_error(cls, other: "WarroomError") -> Self:
        """An error of this class that says what another says."""
        return cls(other.said)

    @property
    def sentence(self) -> str:
        """The English sentence; where it is of the catalogue, with its code and Thai still on it."""
        return self.said

    @property
    def code(self) -> str:
        """The code of what is wrong; the class's name, as in `home` or `not-possible`, for plain English."""
        if isinstance(self.said, Sentence):
            return self.said.code
        return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", type(self).__name__.removesuffix("Error")).lower()

    @property
    def params(self) -> dict[str, str | int]:
        """What fills the holes of the sentence, as a program reads it; empty for plain English."""
        return self.said.facts if isinstance(self.said, Sentence) else {}

    def render_in(self, language: str) -> str:
        """The sentence in Thai or English; plain English is a general sentence in Thai."""
        return render_sentence(self.said, language)


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


class StreamError(WarroomError):
    """What comes as a stream cannot be taken."""


class KeyUsedBefore(StreamError):
    """A push's key came before with other content."""

    http_status = 409


class NotJson(StreamError):
    """A push is of another format than pushes have."""

    http_status = 415


class IntakeBusy(StreamError):
    """More waits already than the room takes; `seconds` is when to come again."""

    http_status = 503

    def __init__(self, said: str, seconds: int) -> None:
        super().__init__(said)
        self.seconds = seconds


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


class PlanError(WarroomError):
    """What a plan is made from cannot be read or contradicts itself, or no plan keeps its limits."""


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

    def __init__(self, said: str, seconds: int) -> None:
        super().__init__(said)
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
