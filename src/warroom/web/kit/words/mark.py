"""The mark that a sentence is for the catalogs."""


def N_(text: str) -> str:  # noqa: N802 - the name that gettext's tools look for
    """Marks a sentence for the catalogs; it is translated where it is shown."""
    return text
