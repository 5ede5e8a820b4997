"""What the widget needs before there is a conversation."""

from __future__ import annotations

from sanic import Blueprint, HTTPResponse

from gateway.channels.web.access import limit_visit
from gateway.channels.web.opening import languages
from gateway.errors import ApiError
from gateway.responses import as_json, language
from gateway.services import GatewayRequest, services

words = Blueprint("words", url_prefix="/api/widget")


@words.get("/", strict_slashes=False)
async def widget_words(request: GatewayRequest) -> HTTPResponse:
    """The widget's words in the language of ``?language=`` or the browser's."""
    ours = services(request)
    limit_visit(request, ours)
    asked = request.args.get("language")
    spoken = ours.options.language(asked) if asked else language(request)
    try:
        texts = ours.widget_texts.get(spoken)
    except ValueError as error:
        raise ApiError(503, "widget_missing", headers={"Retry-After": "30"}) from error
    body = {
        "language": spoken, "languages": languages(ours), "limit": ours.options.message_chars, "texts": texts,
    }  # fmt: skip
    return as_json(body, headers={"Cache-Control": "public, max-age=60", "Vary": "Accept-Language"})
