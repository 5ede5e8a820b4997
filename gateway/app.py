"""The application, made by one function and nothing else at import."""

from __future__ import annotations

from sanic import Sanic
from sanic.config import Config

from gateway import security
from gateway.channels.web import web
from gateway.consent.api import Door, consent_api
from gateway.options import BODY_BYTES, Options
from gateway.receipts import receipt_pages
from gateway.services import Gateway, Services
from gateway.site import site
from gateway.widget_files import widget_files
from settings import Settings


def create_app(settings: Settings, *, options: Options | None = None, name: str = "gateway") -> Gateway:
    """A gateway for ``settings``; tests give their own ``options``. Touches no network or disk until it serves."""
    options = options or Options.of(settings)
    app: Gateway = Sanic(name, ctx=Services.of(settings, options), config=_config(options), configure_logging=False)
    app.blueprint(web)
    app.blueprint(site)
    app.blueprint(widget_files)
    consents = Door(settings)
    app.blueprint(consent_api(consents))
    app.blueprint(receipt_pages(consents))
    security.install(app)
    app.register_listener(_start, "before_server_start")
    app.register_listener(_stop, "before_server_stop")
    return app


def _config(options: Options) -> Config:
    return Config(
        {
            "ACCESS_LOG": False,
            "AUTO_EXTEND": False,
            "FALLBACK_ERROR_FORMAT": "json",
            "GRACEFUL_SHUTDOWN_TIMEOUT": 5.0,
            "KEEP_ALIVE_TIMEOUT": 60,
            "MOTD": False,
            "PROXIES_COUNT": options.proxies or None,
            "REQUEST_MAX_SIZE": BODY_BYTES,
            "REQUEST_TIMEOUT": 30,
            "RESPONSE_TIMEOUT": int(options.engine_seconds + options.queue_seconds + 10),
        },
        env_prefix="",
    )


async def _start(app: Gateway) -> None:
    await app.ctx.start()


async def _stop(app: Gateway) -> None:
    await app.ctx.stop()
