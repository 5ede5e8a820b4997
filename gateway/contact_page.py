"""``/<language>/contact``: the contact form without a script, and the page after it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from weakref import WeakKeyDictionary

import structlog
from babel.numbers import format_decimal
from sanic import HTTPResponse
from sanic.exceptions import NotFound
from sanic.request import RequestParameters

from gateway.contact_form import TRAP, Filled, Form, Forms, Stale, check, contact
from gateway.limits import Buckets, address_key
from gateway.page import Pages
from gateway.services import GatewayRequest, Services, services
from gateway.texts import fill
from records import contacts
from records.details import countries
from records.details.checks import MAX_LENGTH
from records.errors import StoreDown

PATH = "/contact"
PER_MINUTE = 10
"""Forms one address may send in a minute, with those that are sent back for a mistake."""
RETRY_SECONDS = 5
NEVER_KEPT: Final = {"Cache-Control": "no-store"}
"""For whatever shows what somebody filled in."""
ASK_AGAIN: Final = {"Cache-Control": "private, no-cache"}

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Problem:
    """Why a form was not taken: ``notice`` names a text of ``contact_form.yml``, ``errors`` are codes by field."""

    status: int
    notice: str | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    seconds: int = 0
    """After how long it is worth trying again."""


class ContactPage:
    """The handlers of the contact form; its state is the rate limit of each application."""

    def __init__(self) -> None:
        self._by_address: WeakKeyDictionary[Pages, Buckets] = WeakKeyDictionary()

    async def show(self, request: GatewayRequest, language: str) -> HTTPResponse:
        """The empty form, or the page after it was sent."""
        ours = services(request)
        served(request, language)
        try:
            return _sent(ours, language, Forms(ours.settings).reference(request.args.get("sent") or ""))
        except Stale:
            return _form(ours, language, Filled.nothing(), cache=ASK_AGAIN)

    async def send(self, request: GatewayRequest, language: str) -> HTTPResponse:
        """Store what was filled in, or show the form again with everything that was filled in.

        A request without a form has only a question for it: the landing page's, where there is no script.
        """
        ours = services(request)
        served(request, language)
        given = request.form or RequestParameters()
        filled = Filled.of(lambda name: given.get(name))
        if filled.form is None:
            return _form(ours, language, filled)
        forms = Forms(ours.settings)
        try:
            form = forms.open(filled.form)
        except Stale:
            return _form(ours, language, filled, Problem(409, "old"))
        if wait := self._limits(ours).take(address_key(request.remote_addr or request.ip)):
            ours.metrics.rate_limited.labels("form").inc()
            return _form(ours, language, filled, Problem(429, "too_many", seconds=int(wait + 0.999)), form)
        if filled.trapped:
            return _form(ours, language, filled, Problem(422, "trap"), form)
        checked = check(filled)
        if checked.errors:
            return _form(ours, language, filled, Problem(422, errors=checked.errors), form)
        try:
            new = contact(form, language, checked.details)
            reference = await asyncio.to_thread(contacts.add, ours.store, ours.settings, new)
        except StoreDown as error:
            log.error("contact.not_stored", reason=str(error))
            return _form(ours, language, filled, Problem(503, "store_down", seconds=RETRY_SECONDS), form)
        log.info("contact.stored", reference=reference)
        there = f"/{language}{PATH}?sent={forms.sent(reference)}"
        return HTTPResponse(None, 303, {"Location": there, **NEVER_KEPT})

    def _limits(self, ours: Services) -> Buckets:
        # An application has its own pages, and can be forgotten with them.
        return self._by_address.setdefault(ours.pages, Buckets(PER_MINUTE))


def served(request: GatewayRequest, language: str) -> str:
    """``language`` if it is served; it becomes the request's. Raises NotFound."""
    if language not in services(request).options.languages:
        raise NotFound
    request.ctx.language = language
    return language


def _sent(ours: Services, language: str, reference: str) -> HTTPResponse:
    words = ours.pages.form(language)
    return _html(ours.pages.show("contact_sent.html", language, PATH, form=words, reference=reference), 200, NEVER_KEPT)


def _form(
    ours: Services,
    language: str,
    filled: Filled,
    problem: Problem | None = None,
    form: Form | None = None,
    cache: Mapping[str, str] = NEVER_KEPT,
) -> HTTPResponse:
    """The form with what was filled in. It keeps the number of ``form``, so that it is still the same request."""
    problem = problem or Problem(200)
    words = ours.pages.form(language)
    given = Form.new(words["agree"])
    spoken = {name: format_decimal(limit, locale=language) for name, limit in MAX_LENGTH.items()}
    errors = {
        name: fill(words["errors"][name][code], {"limit": spoken.get(name, "")})
        for name, code in problem.errors.items()
    }
    notice = words["notices"][problem.notice] if problem.notice else None
    html = ours.pages.show(
        "contact.html",
        language,
        PATH,
        form=words,
        filled=filled,
        sealed=Forms(ours.settings).seal(Form(form.number, given.agreement) if form else given),
        countries=countries.listed(language),
        limits=MAX_LENGTH,
        spoken=spoken,
        errors=errors,
        notice={name: fill(text, {"seconds": problem.seconds}) for name, text in notice.items()} if notice else None,
        again=problem.status == 503,
        trap=TRAP,
    )
    retry = {"Retry-After": str(problem.seconds)} if problem.seconds else {}
    return _html(html, problem.status, {**cache, **retry})


def _html(html: str, status: int, headers: dict[str, str]) -> HTTPResponse:
    return HTTPResponse(html, status, headers, "text/html; charset=utf-8")
