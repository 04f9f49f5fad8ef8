"""A sentence of the catalogue, filled in: English text that knows its code, its parameters and its Thai."""

from typing import Any, Protocol, Self, runtime_checkable

from warroom.sentences.catalogue import UNKNOWN_TH, load_texts


@runtime_checkable
class InBoth(Protocol):
    """A word in both languages, as `bilingual.texts.Texts` is."""

    @property
    def th(self) -> str: ...

    @property
    def en(self) -> str: ...


class Sentence(str):
    """The English of a code with its parameters filled in, which goes wherever text goes: into the log, an answer, a page.

    A parameter is text, a whole number, a word in both languages, or anything else as the text that it prints as.
    Raises KeyError for a code that the catalogue does not have, or a parameter that its sentence needs.
    """

    code: str
    params: dict[str, Any]

    def __new__(cls, code: str, /, **params: object) -> Self:
        kept = {
            name: value if isinstance(value, int | InBoth) else str(value) for name, value in params.items()
        }
        self = super().__new__(cls, _fill_sentence(code, kept, "en"))
        self.code, self.params = code, kept
        return self

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, Any]]:
        # Without this a copy or a pickle would be made of the English text, which is no code.
        return (self.code,), self.params

    @property
    def facts(self) -> dict[str, str | int]:
        """The parameters as a program reads them: words of the field by their codes, as in English."""
        return {name: _translate_value(value, "en") for name, value in self.params.items()}

    def render_in(self, language: str) -> str:
        """The sentence in a language."""
        return _fill_sentence(self.code, self.params, language)


def render_sentence(sentence: str, language: str) -> str:
    """A sentence in a language; what is no sentence of the catalogue is a general one in Thai."""
    if isinstance(sentence, Sentence):
        return sentence.render_in(language)
    # Rather a general sentence than an English one: Thai readers are never given half a page in another
    # language.
    return sentence if language == "en" else UNKNOWN_TH


def _fill_sentence(code: str, params: dict[str, Any], language: str) -> str:
    said = {name: _translate_value(value, language) for name, value in params.items()}
    return load_texts(code)[language].format(**said)


def _translate_value(value: Any, language: str) -> Any:
    return getattr(value, language) if isinstance(value, InBoth) else value
