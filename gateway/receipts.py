"""``/receipts/<number>``: what a person keeps of a choice, readable or as JSON, and the button that takes it back."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import quote

import structlog
from sanic import Blueprint, HTTPResponse

from gateway.consent.api import Door
from gateway.consent.refusals import Refusal, answer
from gateway.errors import ApiError
from gateway.receipt_page import View, note, page
from gateway.responses import language
from gateway.seals import SealBroken
from gateway.services import GatewayRequest, Services, services
from records import acts, ledger, receipts
from records.errors import StoreDown

JSON = ".json"
PRIVATE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}

log = structlog.get_logger(__name__)


def receipt_pages(door: Door) -> Blueprint:
    """The blueprint, for one application."""
    pages = Blueprint("receipts", url_prefix="/receipts")

    async def show(request: GatewayRequest, name: str) -> HTTPResponse:
        """A receipt: the page, or with ``.json`` at the end of its number the JSON."""
        door.enter(request)
        ours = services(request)
        found = await asyncio.to_thread(_found, ours, name.removesuffix(JSON))
        if name.endswith(JSON):
            return _file(found)
        if found is None:
            return _note(request, "unknown", 404)
        record, newest, receipt = found
        form = ours.seals.withdrawal(record["id"], record["subject"])
        view = View(receipt, record, newest, form, done="done" in request.args and record["method"] == "receipt")
        return _html(page(ours.settings, view, _language(request, record), _css(ours)))

    @pages.post("/<name:str>/withdraw")
    async def withdraw(request: GatewayRequest, name: str) -> HTTPResponse:
        """Take everything back, and go to the receipt of that."""
        door.enter(request)
        ours = services(request)
        chosen = _language(request, None)
        try:
            subject = ours.seals.withdrawer(name, _field(request, "form"))
        except SealBroken:
            return _note(request, "unknown", 404)
        try:
            done = await asyncio.to_thread(acts.withdraw, ours.store, ours.settings, subject, chosen)
        except acts.NotStored as error:
            log.error("consent.not_stored", method="receipt", held=error.held, reason=str(error.__cause__))
            return _note(request, "held" if error.held else "down", 503, again=name)
        if done is None:
            return _note(request, "unknown", 404)
        if done.new:
            log.info("consent.recorded", seq=done.record["seq"], consent_event=done.record["event"], new=True)
        query = f"?lang={chosen}{'&done=1' if done.new else ''}"
        return HTTPResponse(None, 303, {**PRIVATE, "Location": f"/receipts/{done.record['id']}{query}"})

    async def refused(request: GatewayRequest, error: ApiError | StoreDown) -> HTTPResponse:
        """What went wrong, as a page."""
        if isinstance(error, StoreDown):
            log.error("consent.not_read", reason=str(error))
            return _note(request, "down", 503, again=_named(request))
        ours = services(request)
        ours.metrics.refused.labels(error.code).inc()
        message = ours.texts.error(_language(request, None), error.code, error.values)
        return _note(request, "refused", error.status, again=_named(request), message=message)

    pages.add_route(show, "/<name:str>", methods=["GET", "HEAD"])
    pages.exception(ApiError, StoreDown)(refused)
    pages.exception(Refusal)(answer)
    return pages


Found = tuple[dict[str, Any], dict[str, Any], dict[str, Any]]


def _found(ours: Services, number: str) -> Found | None:
    """The record, the newest one of its person, and the receipt. Raises StoreDown."""
    record = ledger.read(ours.store, number)
    if record is None:
        return None
    newest = ledger.latest(ours.store, record["subject"]) or record
    return record, newest, receipts.of(ours.store, ours.settings, record, newest)


def _file(found: Found | None) -> HTTPResponse:
    if found is None:
        raise Refusal(404, "receipt_unknown")
    name = f"receipt-{found[0]['id']}.json"
    text = json.dumps(found[2], ensure_ascii=False, indent=2) + "\n"
    headers = {**PRIVATE, "Content-Disposition": f'attachment; filename="{name}"'}
    return HTTPResponse(text, 200, headers, "application/json; charset=utf-8")


def _html(text: str, status: int = 200) -> HTTPResponse:
    return HTTPResponse(text, status, PRIVATE, "text/html; charset=utf-8")


def _note(request: GatewayRequest, name: str, status: int, *, again: str = "", message: str = "") -> HTTPResponse:
    ours = services(request)
    address = f"/receipts/{quote(again)}" if again else ""
    return _html(note(ours.settings, _language(request, None), _css(ours), name, address, message), status)


def _field(request: GatewayRequest, name: str) -> str:
    form: Any = request.form
    return str((form or {}).get(name) or "")


def _named(request: GatewayRequest) -> str:
    return str(request.match_info.get("name", ""))


def _language(request: GatewayRequest, record: dict[str, Any] | None) -> str:
    chosen = request.args.get("lang") or _field(request, "lang") or (record or {}).get("notice_language")
    return services(request).options.language(chosen) if chosen else language(request)


def _css(ours: Services) -> str:
    return ours.assets.url("receipt.css")
