"""What is not the chat: the landing page and its files, health, metrics, the API's description."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from prometheus_client import CONTENT_TYPE_LATEST
from sanic import Blueprint, HTTPResponse
from sanic.exceptions import NotFound

from gateway.responses import as_json, file, language
from gateway.services import GatewayRequest, services

OPENAPI = Path(__file__).with_name("openapi.yml")
FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"

READ = ["GET", "HEAD"]


async def landing(request: GatewayRequest) -> HTTPResponse:
    """The landing page, in the language of ``?lang=`` or the browser's."""
    ours = services(request)
    chosen = request.args.get("lang")
    page = ours.pages.get(ours.options.language(chosen) if chosen else language(request))
    response = file(request, "text/html; charset=utf-8", page.body, page.packed, page.etag, ASK_AGAIN)
    response.headers["Vary"] = "Accept-Encoding, Accept-Language"
    return response


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
    return _root_file(request, "robots.txt")


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


def _root_file(request: GatewayRequest, name: str) -> HTTPResponse:
    asset = services(request).assets.get(name)
    if asset is None:
        raise NotFound
    return file(request, asset.content_type, asset.body, asset.packed, asset.etag, "public, max-age=86400")


site = Blueprint("site")
site.add_route(landing, "/", methods=READ)
site.add_route(static, "/static/<version:str>/<name:path>", methods=READ)
site.add_route(favicon, "/favicon.svg", methods=READ)
site.add_route(favicon, "/favicon.ico", methods=READ, name="favicon_ico")
site.add_route(robots, "/robots.txt", methods=READ)
site.add_route(health, "/health", methods=READ)
site.add_route(metrics, "/metrics", methods=READ)
site.add_route(openapi, "/api/openapi.json", methods=READ)
