"""Words of groups: layers, roles, grounds and what became of a group, in the reader's language."""

from typing import Any

from warroom.sentences.catalogue import find_word
from warroom.subjects.kinds import WORDS
from warroom.web.kit.formats import Say


class NetworkWords:
    """What the pages say of codes."""

    def __init__(self, say: Say) -> None:
        self._say = say

    def format_layer(self, layer: str) -> str:
        """A layer of ties."""
        return find_word("networks.layer", layer, self._say.language) or layer

    def format_role(self, role: str) -> str:
        """A role in a group."""
        return find_word("networks.role", role, self._say.language) or role

    def format_ground(self, ground: str) -> str:
        """Why a member is looked at."""
        return find_word("networks.ground", ground, self._say.language) or ground

    def format_event(self, event: str) -> str:
        """What became of a group."""
        return find_word("networks.event", event, self._say.language) or event

    def format_kind(self, kind: str) -> str:
        """What a member is."""
        texts = WORDS.get(kind)
        return (texts.th if self._say.language == "th" else texts.en) if texts else kind

    def format_reason(self, reason: dict[str, Any]) -> str:
        """A reason's sentence."""
        return str(reason["text"][self._say.language])
