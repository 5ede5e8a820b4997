"""What is not the chat: our pages and their files, health, metrics, the API's description."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from prometheus_client import CONTENT_TYPE_LATEST
from sanic import Blueprint, HTTPResponse
from sanic.exceptions import NotFound

from gateway.addresses import preferred
from gateway.contact_page import ContactPage, served
from gateway.page import Page, as_page
from gateway.responses import as_json, file
from gateway.services import GatewayRequest, services
from gateway.sitemap import sitemap_of
from records import notice

OPENAPI = Path(__file__).with_name("openapi.yml")
FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"

READ = ["GET", "HEAD"]
LANGUAGE = "/<language:[a-z][a-z]>"


async def landing(request: GatewayRequest) -> HTTPResponse:
    """The landing page, in the language of ``?lang=`` or the one the browser likes best."""
    ours = services(request)
    chosen = request.args.get("lang")
    if chosen:
        page = ours.pages.get(ours.options.language(chosen))
    else:
        liked = preferred(request.headers.get("accept-language", ""), ours.options.languages)
        page = ours.pages.get(liked, fixed=False)
    response = _page(request, page)
    response.headers["Vary"] = "Accept-Encoding, Accept-Language"
    return response


async def landing_in(request: GatewayRequest, language: str) -> HTTPResponse:
    """The landing page in one language."""
    return _page(request, services(request).pages.get(served(request, language)))


async def cookies(request: GatewayRequest, language: str) -> HTTPResponse:
    """What is stored in browsers: the privacy notice as a page, which needs no script."""
    ours = services(request)
    now = notice.load(ours.settings, served(request, language))
    return _page(request, as_page(ours.pages.show("cookies.html", language, "/cookies", notice=now)))


async def sitemap(request: GatewayRequest) -> HTTPResponse:
    """The pages for search engines, each with its translations."""
    ours = services(request)
    body = sitemap_of(ours.options.public_url, ours.options.languages).encode()
    return HTTPResponse(body, 200, {"Cache-Control": "public, max-age=86400"}, "application/xml; charset=utf-8")


async def static(request: GatewayRequest, version: str, name: str) -> HTTPResponse:
    """A file of the page. One asked for under an older version is sent, but not to be kept."""
    assets = services(request).assets
    asset = assets.get(name)
    if asset is None:
        raise NotFound
    cache = FOR_EVER if version == assets.version else ASK_AGAIN
    return file(request, asset.content_type, asset.body, asset.packed, asset.etag, cache)


async def favicon(request: GatewayRequest) -> HTTPResponse:
    """The page's icon."""
    return _root_file(request, "favicon.svg")


async def robots(request: GatewayRequest) -> HTTPResponse:
    """What search engines may read."""
    rules = services(request).assets.get("robots.txt")
    if rules is None:
        raise NotFound
    body = rules.body + f"Sitemap: {services(request).options.public_url}/sitemap.xml\n".encode()
    return HTTPResponse(body, 200, {"Cache-Control": "public, max-age=86400"}, rules.content_type)


async def health(request: GatewayRequest) -> HTTPResponse:
    """The state of every component; 503 if one is down."""
    report = await services(request).health.report()
    return as_json(report.body, report.status)


async def metrics(request: GatewayRequest) -> HTTPResponse:
    """Figures for Prometheus."""
    return HTTPResponse(services(request).metrics.text(), 200, {"Cache-Control": "no-store"}, CONTENT_TYPE_LATEST)


async def openapi(request: GatewayRequest) -> HTTPResponse:
    """The description of the API."""
    return as_json(description())


def description() -> dict[str, Any]:
    """The OpenAPI document."""
    document: dict[str, Any] = yaml.safe_load(OPENAPI.read_text(encoding="utf-8"))
    return document


def _page(request: GatewayRequest, page: Page) -> HTTPResponse:
    return file(request, "text/html; charset=utf-8", page.body, page.packed, page.etag, ASK_AGAIN)


def _root_file(request: GatewayRequest, name: str) -> HTTPResponse:
    asset = services(request).assets.get(name)
    if asset is None:
        raise NotFound
    return file(request, asset.content_type, asset.body, asset.packed, asset.etag, "public, max-age=86400")


contact = ContactPage()

site = Blueprint("site")
site.add_route(landing, "/", methods=READ)
site.add_route(landing_in, LANGUAGE, methods=READ)
site.add_route(contact.show, f"{LANGUAGE}/contact", methods=READ, name="contact_show")
site.add_route(contact.send, f"{LANGUAGE}/contact", methods=["POST"], name="contact_send")
site.add_route(cookies, f"{LANGUAGE}/cookies", methods=READ)
site.add_route(static, "/static/<version:str>/<name:path>", methods=READ)
site.add_route(favicon, "/favicon.svg", methods=READ)
site.add_route(favicon, "/favicon.ico", methods=READ, name="favicon_ico")
site.add_route(robots, "/robots.txt", methods=READ)
site.add_route(sitemap, "/sitemap.xml", methods=READ)
site.add_route(health, "/health", methods=READ)
site.add_route(metrics, "/metrics", methods=READ)
site.add_route(openapi, "/api/openapi.json", methods=READ)
