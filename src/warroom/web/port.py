"""Whether a port can be served on: asked before anything is loaded or founded that takes longer."""

import socket

from warroom.errors import SettingError


def check_free(host: str, port: int) -> None:
    """Raises SettingError where the port cannot be bound."""
    if not 0 <= port < 1 << 16:
        raise SettingError(f"Port {port} is none; choose one of 1 to 65535 with --port.")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        # As the server binds itself: a port on which old connections are still closing is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            raise SettingError(
                f"Port {port} on {host} cannot be used ({problem.strerror}); choose another with --port."
            ) from None
