"""Starts the gateway: ``python -m gateway``."""

from __future__ import annotations

import sys

from gateway.app import create_app
from records import logs
from settings import Settings


def main() -> None:
    """Serve until SIGINT or SIGTERM."""
    settings = Settings.load()
    logs.configure(settings)
    app = create_app(settings)
    host, port = settings.gateway_host, settings.gateway_port
    try:
        # Sanic's worker manager signals the whole process group when it stops; one process has no manager.
        app.run(host=host, port=port, single_process=True, motd=False, access_log=False)
    except OSError as error:
        sys.exit(f"The gateway cannot start on {host}:{port}: {error.strerror or error}")


if __name__ == "__main__":
    main()
