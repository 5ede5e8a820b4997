"""The widget's files and words."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from gateway.texts import ROOT, read
from gateway.widget_build import WidgetBuild
from gateway.widget_texts import WidgetTexts
from tests.gateway.conftest import Running, Serve

pytestmark = pytest.mark.asyncio


def build(folder: Path, version: str, **files: str) -> dict[str, str]:
    """Put a build into ``folder`` as the widget's build does; gives the integrity of each file."""
    (folder / version).mkdir(parents=True, exist_ok=True)
    integrity = {}
    for name, text in {"widget": f"// loader {version}", **files}.items():
        (folder / version / f"{name}.js").write_text(text)
        integrity[f"{name}.js"] = f"sha384-{base64.b64encode(hashlib.sha384(text.encode()).digest()).decode()}"
    manifest = {"version": version, "files": {name: {"integrity": value} for name, value in integrity.items()}}
    draft = folder / "draft"
    draft.write_text(json.dumps(manifest))
    draft.rename(folder / "current.json")
    return integrity


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    folder = tmp_path / "dist"
    folder.mkdir()
    return folder


async def test_the_loader_and_its_version_are_served(serve: Serve, dist: Path) -> None:
    build(dist, "0.1.0-aaaaaaaa", panel="// panel")
    gateway = await serve(widget=dist)
    loader = await gateway.client.get("/widget.js")
    assert loader.status_code == 200 and loader.text == "// loader 0.1.0-aaaaaaaa"
    assert loader.headers["content-type"] == "text/javascript; charset=utf-8"
    assert loader.headers["cache-control"] == "public, max-age=300" and loader.headers["content-encoding"] == "gzip"
    again = await gateway.client.get("/widget.js", headers={"If-None-Match": loader.headers["etag"]})
    assert again.status_code == 304 and not again.content
    panel = await gateway.client.get("/widget/0.1.0-aaaaaaaa/panel.js")
    assert panel.text == "// panel" and "immutable" in panel.headers["cache-control"]
    manifest = await gateway.client.get("/widget/current.json")
    assert manifest.json()["version"] == "0.1.0-aaaaaaaa" and manifest.headers["cache-control"] == "no-cache"
    for response in (loader, again, panel, manifest):
        assert response.headers["access-control-allow-origin"] == "*"
        assert response.headers["cross-origin-resource-policy"] == "cross-origin"
        assert response.headers["x-content-type-options"] == "nosniff"


async def test_a_new_build_is_seen_and_the_pinned_one_stays(serve: Serve, dist: Path) -> None:
    build(dist, "1-a", panel="// old")
    gateway = await serve(widget=dist)
    build(dist, "2-b", panel="// new")
    os.utime(dist / "current.json", ns=(1, 1))  # whatever the file system's clock says
    await gateway.app.ctx.widget.refresh_if_changed()
    assert (await gateway.client.get("/widget.js")).text == "// loader 2-b"
    assert (await gateway.client.get("/widget/1-a/panel.js")).text == "// old"
    assert (await gateway.client.get("/widget/2-b/panel.js")).text == "// new"


async def test_without_a_build_it_is_said_once(serve: Serve, dist: Path) -> None:
    with capture_logs() as logs:
        gateway = await serve(widget=dist)
        for _ in range(2):
            await gateway.app.ctx.widget.refresh_if_changed()
            response = await gateway.client.get("/widget.js")
            assert (response.status_code, response.json()["error"]["code"]) == (503, "widget_missing")
    assert [line["event"] for line in logs].count("gateway.widget.not_built") == 1
    assert (await gateway.client.get("/")).status_code == 200
    build(dist, "1-a")
    await gateway.app.ctx.widget.refresh_if_changed()
    assert (await gateway.client.get("/widget.js")).status_code == 200


BROKEN = (
    "",
    "[]",
    "{",
    '{"version": "1-a", "files": {"panel.js": {"integrity": "sha384-x"}}}',
    '{"version": "9-z", "files": {}}',
)
OUTSIDE = (
    "1-a/link.js", "1-a/.hidden.js", "1-a/notes.txt.bak", "../secret.js", "..%2fsecret.js", "1-a/..%2f..%2fsecret.js",
    "1-a/%2e%2e/secret.js", "1-a/../../secret.js", "./1-a/nothing.js", "2-b/widget.js", "1-a/",
)  # fmt: skip


@pytest.mark.parametrize("broken", BROKEN)
async def test_a_broken_build_leaves_the_one_before(dist: Path, broken: str) -> None:
    build(dist, "1-a", panel="// panel")
    widget = WidgetBuild(dist)
    widget.refresh()
    before = widget.current
    (dist / "current.json").write_text(broken)
    os.utime(dist / "current.json", ns=(1, 1))
    widget.refresh()
    assert before is not None and widget.current is before


async def test_nothing_outside_is_served(serve: Serve, dist: Path) -> None:
    build(dist, "1-a")
    (dist.parent / "secret.js").write_text("secret")
    (dist / "1-a" / "link.js").symlink_to(dist.parent / "secret.js")
    (dist / "1-a" / ".hidden.js").write_text("secret")
    (dist / "1-a" / "notes.txt.bak").write_text("secret")
    gateway = await serve(widget=dist)
    for path in OUTSIDE:
        response = await gateway.client.get(f"/widget/{path}")
        assert response.status_code in (404, 405) and "secret" not in response.text, path


async def test_the_words_are_served_in_the_language_asked_for(gateway: Running) -> None:
    for language in ("en", "fr", "nl"):
        response = await gateway.client.get("/api/widget", params={"language": f"{language}-BE"})
        assert response.status_code == 200 and response.headers["cache-control"] == "public, max-age=60"
        body = response.json()
        assert (body["language"], body["limit"]) == (language, 1000)
        assert [entry["code"] for entry in body["languages"]] == ["en", "fr", "nl"]
        assert body["texts"] == read(ROOT / language / "widget.yml")
    dutch = await gateway.client.get("/api/widget", headers={"Accept-Language": "nl-BE,nl;q=0.9"})
    assert dutch.json()["language"] == "nl" and "Accept-Language" in dutch.headers["vary"]


async def test_words_that_are_being_edited_do_not_stop_the_widget(tmp_path: Path) -> None:
    path = tmp_path / "en" / "widget.yml"
    texts = WidgetTexts(tmp_path)
    with pytest.raises(ValueError, match="widget"):
        texts.get("en")
    path.parent.mkdir()
    path.write_text("open: Open")
    assert texts.get("en") == {"open": "Open"}
    path.write_text("open: [")
    os.utime(path, ns=(1, 1))
    assert texts.get("en") == {"open": "Open"}
    path.write_text("open: Ouvrir")
    os.utime(path, ns=(2, 2))
    assert texts.get("en") == {"open": "Ouvrir"}
