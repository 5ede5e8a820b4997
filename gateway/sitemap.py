"""``sitemap.xml``: every page in every language, with its translations."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from gateway.addresses import PAGES, addresses

SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
XHTML = "http://www.w3.org/1999/xhtml"


def sitemap_of(public_url: str, languages: Iterable[str]) -> str:
    """The sitemap as XML."""
    languages = tuple(languages)
    root = Element("urlset", {"xmlns": SITEMAP, "xmlns:xhtml": XHTML})
    for path in PAGES:
        for language in languages:
            at = addresses(public_url, languages, language, path)
            url = SubElement(root, "url")
            SubElement(url, "loc").text = at.canonical
            for code, href in at.alternates:
                SubElement(url, "xhtml:link", {"rel": "alternate", "hreflang": code, "href": href})
    indent(root)
    return tostring(root, encoding="unicode", xml_declaration=True) + "\n"
