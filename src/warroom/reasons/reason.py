"""A reason, and the sentences that say it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, Literal

Language = Literal["th", "en"]
LANGUAGES: tuple[Language, ...] = ("th", "en")


@dataclass(frozen=True, slots=True)
class Reason:
    """A code of `sentences.toml`, its parameters, and the record ids that show it."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)
    evidence: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Code, parameters, evidence and both sentences, for `--json` answers and frozen evidence."""
        return {
            "code": self.code,
            "params": dict(self.params),
            "evidence": list(self.evidence),
            "text": {language: render(self, language) for language in LANGUAGES},
        }


@cache
def sentences() -> dict[str, dict[str, str]]:
    """Every code with its sentence in each language."""
    return tomllib.loads(resources.files(__package__).joinpath("sentences.toml").read_text(encoding="utf-8"))


def render(reason: Reason, language: Language) -> str:
    """The reason as a sentence; numbers use format specs of the sentence, such as {amount:,.2f}."""
    return sentences()[reason.code][language].format(**reason.params)
