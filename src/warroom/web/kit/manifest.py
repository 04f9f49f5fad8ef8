"""The names of the built static files: they carry their content's hash."""

import json
from functools import cache
from importlib import resources
from pathlib import Path

from warroom.errors import SettingError

STATIC = Path(str(resources.files("warroom.web"))) / "static"


@cache
def load_manifest() -> dict[str, str]:
    """The built files by the names that templates use; raises SettingError where they were not built."""
    path = STATIC / "manifest.json"
    if not path.exists():
        raise SettingError("The pages' styles and scripts are not built; run 'make web'.")
    files: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return files
