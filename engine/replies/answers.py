"""Answers out of the knowledge: the fact that was asked for first, then the topic, with sources and dates."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from engine.replies.texts import Texts
from knowledge import Fact, Knowledge

MAX_SOURCES = 4
MAX_RELATED = 3
MAX_MORE = 2

Reply = dict[str, Any]


def topic_button(knowledge: Knowledge, topic: str, language: str) -> dict[str, str]:
    """A button that asks for ``topic``."""
    payload = "/ask_topic" + json.dumps({"topic": topic})
    return {"title": knowledge.title(topic, language), "payload": payload}


def answer(
    knowledge: Knowledge,
    texts: Texts,
    language: str,
    topic: str,
    facts: Sequence[str],
    summary: bool,
    confidence: float,
    others: Sequence[str] = (),
) -> Reply:
    """The reply to a question about ``topic``: ``facts`` in their order, then the topic's answer if ``summary``.

    ``others`` are topics that may be meant instead; they are offered before the related ones.
    """
    said = [knowledge.say(fact, language) for fact in facts]
    ids = list(facts)
    if summary:
        said.append(knowledge.answer(topic, language))
        ids += [fact for fact in knowledge.cited(topic, language) if fact not in ids]
    known = knowledge.topics[topic]
    rest = list(founded(knowledge, [knowledge.facts[fact] for fact in ids] if ids else known.facts))
    offered = [*([] if summary else [topic]), *others, *known.related]
    buttons = [topic_button(knowledge, other, language) for other in dict.fromkeys(offered)]
    body = "\n\n".join(said)
    return {
        "text": f"{body}\n\n{source_line(texts, rest)}",
        "buttons": buttons[:MAX_RELATED],
        "custom": {
            "type": "answer",
            "topic": topic,
            "aliases": list(known.aliases),
            "language": language,
            "as_of": newest(rest),
            "checked": knowledge.checked(topic),
            "facts": ids,
            "confidence": round(confidence, 3),
            "others": list(others),
            "sources": sources(rest),
            "body": body,
        },
    }


def joined(first: Reply, other: Reply) -> Reply:
    """The reply to two questions in one message: both answers, the first question's topic first."""
    one, two = first["custom"], other["custom"]
    seen = {(source["publisher"], source["title"]) for source in one["sources"]}
    custom = {
        **one,
        "also": two["topic"],
        "facts": list(dict.fromkeys([*one["facts"], *two["facts"]])),
        "sources": one["sources"] + [s for s in two["sources"] if (s["publisher"], s["title"]) not in seen],
        "body": f"{one['body']}\n\n{two['body']}",
        "as_of": max((date for date in (one["as_of"], two["as_of"]) if date), default=None),
        "checked": min(one["checked"], two["checked"]),
    }
    buttons = [*first["buttons"][:2], *other["buttons"][:2]]
    unique = {button["payload"]: button for button in buttons}
    return {"text": f"{first['text']}\n\n{other['text']}", "buttons": list(unique.values()), "custom": custom}


def more(knowledge: Knowledge, texts: Texts, language: str, topic: str, already: Iterable[str]) -> Reply | None:
    """The next facts of ``topic`` that were not said yet; None when all were."""
    told = set(already)
    rest = [fact.id for fact in knowledge.topics[topic].facts if fact.id not in told][:MAX_MORE]
    return answer(knowledge, texts, language, topic, rest, False, 1.0) if rest else None


def founded(knowledge: Knowledge, facts: Iterable[Fact]) -> Iterable[Fact]:
    """``facts``, with those that were deduced from others replaced by the facts they rest on."""
    for fact in facts:
        if fact.derived_from:
            yield from (knowledge.facts[base] for base in fact.derived_from)
        else:
            yield fact


def sources(facts: Iterable[Fact]) -> list[dict[str, str | None]]:
    """The distinct sources of ``facts``, each with its date or None."""
    found: dict[tuple[str, str], dict[str, str | None]] = {}
    for fact in facts:
        source = fact.source
        found.setdefault(
            (source.publisher, source.title),
            {"publisher": source.publisher, "title": source.title, "url": source.url or None, "as_of": fact.as_of},
        )
    return list(found.values())[:MAX_SOURCES]


def source_line(texts: Texts, facts: Iterable[Fact]) -> str:
    """The sources as a line of text, for channels that show nothing else."""
    template = texts.responses["utter_source"]["text"]
    undated = texts.responses["utter_undated"]["text"]
    return "\n".join(fill(template, {**entry, "as_of": entry["as_of"] or undated}) for entry in sources(facts)[:2])


def newest(facts: Iterable[Fact]) -> str | None:
    """The newest date of ``facts``; ISO dates of any precision sort as text."""
    return max((fact.as_of for fact in facts if fact.as_of), default=None)


def fill(template: str, values: Mapping[str, Any]) -> str:
    """Replace ``{name}`` by its value, once; unknown names stay, and so do braces that people typed."""
    return re.sub(r"\{(\w+)\}", lambda match: str(values.get(match[1], match[0])), template)
