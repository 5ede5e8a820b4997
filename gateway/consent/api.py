"""The routes under ``/api/consent``: the notice, an act, what is in force, and everything of one person."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import cache
from typing import Any

import structlog
from sanic import Blueprint, HTTPResponse

from gateway import texts
from gateway.channels.web.access import limit
from gateway.consent import sent
from gateway.consent.refusals import Refusal, answer, not_stored, token_invalid
from gateway.limits import Buckets, address_key
from gateway.responses import as_json, language
from gateway.seals import SealBroken
from gateway.services import GatewayRequest, services
from records import acts, consents, notice
from records.errors import KeyUsed, StoreDown
from records.export import export
from settings import Settings

DOORS_PER_MINUTE = 5
"""Requests from one address, as a multiple of the messages one visitor may send: a family, an office."""

log = structlog.get_logger(__name__)


class Door:
    """Counts requests by address apart from the chat's, so that a busy chat never keeps a withdrawal out."""

    def __init__(self, settings: Settings) -> None:
        self._by_address = Buckets(DOORS_PER_MINUTE * settings.rate_limit_per_minute)

    def enter(self, request: GatewayRequest) -> None:
        """Raises ApiError for a request too many. The address is kept in memory only, for the count."""
        wait = self._by_address.take(address_key(request.remote_addr or request.ip))
        limit(services(request), "consent", wait)


def consent_api(door: Door) -> Blueprint:
    """The blueprint, for one application."""
    api = Blueprint("consent", url_prefix="/api/consent")

    @api.get("/notice")
    async def show_notice(request: GatewayRequest) -> HTTPResponse:
        """The current notice in a language, and the banner's words."""
        ours = services(request)
        asked = request.args.get("language")
        chosen = ours.options.language(asked) if asked else language(request)
        return as_json(notice_body(ours.settings, chosen), headers={"Vary": "Accept-Language"})

    @api.post("/", strict_slashes=False)
    async def act(request: GatewayRequest) -> HTTPResponse:
        """Record an act, once for each key."""
        door.enter(request)
        ours = services(request)
        asked, token = sent.act(request.body, request.headers.get("sec-gpc") == "1")
        subject = _subject(request, token) if token is not None else None
        try:
            done = await asyncio.to_thread(acts.perform, ours.store, ours.settings, asked, subject)
        except acts.Unacceptable as error:
            raise sent.wrong(str(error)) from error
        except acts.NoticeOutdated as error:
            raise Refusal(409, "notice_outdated", {"version": notice.current_version()}) from error
        except acts.Superseded as error:
            raise Refusal(409, "superseded") from error
        except KeyUsed as error:
            raise Refusal(409, "key_used") from error
        except acts.NotStored as error:
            log.error("consent.not_stored", method=asked.method, held=error.held, reason=str(error.__cause__))
            raise not_stored(error.held) from error
        log.info("consent.recorded", seq=done.record["seq"], consent_event=done.record["event"], new=done.new)
        body = {"token": ours.seals.subject_token(done.subject), "receipt": done.record["id"], "current": done.state}
        return as_json(body, 201)

    @api.get("/", strict_slashes=False)
    async def in_force(request: GatewayRequest) -> HTTPResponse:
        """What is in force for the person of the token."""
        door.enter(request)
        ours = services(request)
        newest = await _read(consents.latest, ours.store, _subject(request, request.token or ""))
        body = {"current": consents.state(ours.settings, newest), "notice": {"version": notice.current_version()}}
        return as_json(body)

    @api.get("/export")
    async def give_everything(request: GatewayRequest) -> HTTPResponse:
        """Everything the ledger holds of the person of the token, as a file."""
        door.enter(request)
        ours = services(request)
        subject = _subject(request, request.token or "")
        found = await _read(export, ours.store, ours.settings, subject)
        if found is None:
            raise Refusal(404, "nothing_recorded")
        return as_json(found, headers={"Content-Disposition": 'attachment; filename="assistant-choices.json"'})

    api.exception(Refusal)(answer)
    return api


def notice_body(settings: Settings, chosen: str) -> dict[str, Any]:
    """The current notice in the language ``chosen``, as the banner needs it."""
    on = notice.load(settings, chosen)
    return {
        "id": notice.NOTICE_ID,
        "version": on.version,
        "language": on.language,
        "hashes": {str(layer): notice.text_hash(on.text(layer)) for layer in (1, 2)},
        "title": on.title,
        "first_layer": on.first_layer,
        "purposes": [
            {
                "id": purpose.id,
                "title": purpose.title,
                "what_for": purpose.what_for,
                "data": purpose.data,
                "lifetime": purpose.lifetime,
                "required": purpose.id == notice.NECESSARY,
            }
            for purpose in on.purposes.values()
        ],
        "labels": dict(on.labels),
        "controller": on.controller,
        "valid_days": settings.consent_days,
        "texts": _banner(on.language),
    }


@cache
def _banner(language: str) -> dict[str, Any]:
    return texts.read(texts.ROOT / language / "banner.yml")


def _subject(request: GatewayRequest, token: str) -> str:
    try:
        return services(request).seals.subject(token)
    except SealBroken as error:
        raise token_invalid() from error


async def _read(read: Callable[..., Any], *arguments: Any) -> Any:
    try:
        return await asyncio.to_thread(read, *arguments)
    except StoreDown as error:
        log.error("consent.not_read", reason=str(error))
        raise not_stored(False) from error
