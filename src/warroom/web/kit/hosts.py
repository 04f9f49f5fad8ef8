"""The server's host names: requests with another Host header are refused (host header injection, DNS rebinding)."""

from urllib.parse import urlsplit

from warroom import settings

LOOPBACK = ("127.0.0.1", "localhost", "[::1]", "::1")


def list_hosts() -> list[str]:
    """The host names of this server other than loopback (WARROOM_HOSTS, WARROOM_HOST)."""
    named = [name.strip() for name in settings.get_text("WARROOM_HOSTS").split(",") if name.strip()]
    bound = settings.get_text("WARROOM_HOST")
    # 0.0.0.0 and :: mean all addresses and are no host names.
    return named + ([bound] if bound not in ("0.0.0.0", "::") else [])  # noqa: S104 - compared, not bound


def list_public_hosts() -> list[str]:
    """The same for the public pages, and the name of WARROOM_PUBLIC_ADDRESS."""
    named = urlsplit(settings.get_text("WARROOM_PUBLIC_ADDRESS")).hostname
    return list_hosts() + ([named] if named else [])
