"""Starts the gateway: ``python -m gateway``."""

from __future__ import annotations

from gateway.app import create_app
from records import logs
from settings import Settings


def main() -> None:
    """Serve until SIGINT or SIGTERM."""
    settings = Settings.load()
    logs.configure(settings)
    app = create_app(settings)
    # Sanic's worker manager signals the whole process group when it stops; one process has no manager.
    app.run(host=settings.gateway_host, port=settings.gateway_port, single_process=True, motd=False, access_log=False)


if __name__ == "__main__":
    main()
