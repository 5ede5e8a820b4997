"""The addresses of the widget's files. Any site may load them; which sites may use the API is another matter."""

from __future__ import annotations

from sanic import Blueprint, HTTPResponse
from sanic.exceptions import NotFound

from gateway.assets import Asset
from gateway.errors import ApiError
from gateway.responses import file
from gateway.services import GatewayRequest, services
from gateway.widget_build import Build

FIVE_MINUTES, FOR_EVER, ASK_AGAIN = "public, max-age=300", "public, max-age=31536000, immutable", "no-cache"
READ = ["GET", "HEAD"]


async def loader(request: GatewayRequest) -> HTTPResponse:
    """The current loader, for the tag without a version."""
    return _send(request, _build(request).loader, FIVE_MINUTES)


async def manifest(request: GatewayRequest) -> HTTPResponse:
    """Version and integrity of the current files."""
    return _send(request, _build(request).manifest, ASK_AGAIN)


async def versioned(request: GatewayRequest, version: str, name: str) -> HTTPResponse:
    """A file of one version, which never changes."""
    found = _build(request).files.get((version, name))
    if found is None:
        raise NotFound
    return _send(request, found, FOR_EVER)


def _build(request: GatewayRequest) -> Build:
    build = services(request).widget.current
    if build is None:
        raise ApiError(503, "widget_missing", headers={"Retry-After": "30"})
    return build


def _send(request: GatewayRequest, asset: Asset, cache: str) -> HTTPResponse:
    return file(request, asset.content_type, asset.body, asset.packed, asset.etag, cache)


widget_files = Blueprint("widget_files")
widget_files.add_route(loader, "/widget.js", methods=READ)
widget_files.add_route(manifest, "/widget/current.json", methods=READ)
widget_files.add_route(versioned, "/widget/<version:str>/<name:str>", methods=READ)
