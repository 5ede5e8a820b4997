"""Rasa's natural language generator: every ``utter_`` action gets its words here (``endpoints.yml: nlg``)."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any, Optional

import structlog
from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from engine.replies import answers, context, directory, language
from engine.replies.answers import Reply, fill
from engine.replies.asked import Question
from engine.replies.texts import Texts, known, others, texts
from engine.understanding.decision import UNCOVERED
from engine.understanding.followup import opens_like_followup

MAX_QUESTION = 500

log = structlog.get_logger(__name__)


class KnowledgeResponses(NaturalLanguageGenerator):
    """Texts of ``texts/<language>``; answers, choices and places composed from ``knowledge/``."""

    def __init__(self, endpoint_config: Optional[EndpointConfig] = None, domain: Optional[Domain] = None) -> None:
        known()
        for served in language.languages():
            texts(served)

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any
    ) -> Optional[Reply]:  # fmt: skip
        """The reply for ``utter_action``, its variables filled from ``kwargs`` and the slots; None without a text."""
        speech = language.of(tracker)
        compose = COMPOSED.get(utter_action)
        if compose is not None:
            return compose(tracker, speech)
        reply = plain(texts(speech), utter_action)
        if reply is None:
            log.error("engine.response.missing", response=utter_action, language=speech)
            return None
        return _filled(reply, {**tracker.current_slot_values(), **kwargs})


def plain(words: Texts, name: str) -> Optional[Reply]:
    """A copy of a response as it stands in the texts."""
    response = words.responses.get(name)
    return copy.deepcopy(dict(response)) if response else None


def _filled(reply: Any, values: dict[str, Any]) -> Any:
    if isinstance(reply, str):
        return fill(reply, {key: "" if value is None else value for key, value in values.items()})
    if isinstance(reply, dict):
        return {key: _filled(value, values) for key, value in reply.items()}
    if isinstance(reply, list):
        return [_filled(value, values) for value in reply]
    return reply


def _understood(tracker: DialogueStateTracker) -> dict[str, Any]:
    message = tracker.latest_message
    found: dict[str, Any] = message.parse_data.get("understanding", {}) if message else {}
    return found or {}


def _answer(tracker: DialogueStateTracker, speech: str) -> Reply:
    understood = _understood(tracker)
    pressed = next(tracker.get_latest_entity_values("topic"), None)
    topic = pressed or understood.get("topic")
    if topic is None or topic not in known().topics:
        return _unknown(tracker, speech)
    facts = [] if pressed else [fact for fact in understood.get("facts", []) if fact in known().facts]
    summary = not (facts and understood.get("alone"))
    confidence = 1.0 if pressed or tracker.latest_message is None else tracker.latest_message.intent["confidence"]
    others = [] if pressed else [other for other in understood.get("choices", []) if other in known().topics]
    reply = answers.answer(known(), texts(speech), speech, topic, facts, summary, confidence, others)
    also = understood.get("also")
    if pressed or not also or also["topic"] not in known().topics:
        return reply
    wanted = [fact for fact in also["facts"] if fact in known().facts]
    second = answers.answer(
        known(), texts(speech), speech, also["topic"], wanted, not (wanted and also["alone"]), confidence
    )
    return answers.joined(reply, second)


def _change_language(tracker: DialogueStateTracker, speech: str) -> Reply:
    """Says so in the new language, and offers the last answer in it."""
    reply = plain(texts(speech), "utter_change_language") or {}
    topic = context.last_topic(tracker)
    if topic in known().topics:
        reply["buttons"] = [answers.topic_button(known(), str(topic), speech)]
    return reply


def _other_language(tracker: DialogueStateTracker, speech: str) -> Reply:
    """The languages there are, said in each of them, and first in the visitor's own where we can."""
    spoken = [texts(served).responses["utter_other_language"] for served in language.languages()]
    greeting = others().get(str(_understood(tracker).get("foreign")))
    buttons = [button for response in spoken for button in response["buttons"]]
    lines = [*([greeting] if greeting else []), *(response["text"] for response in spoken)]
    return {"text": "\n\n".join(lines), "buttons": buttons, "custom": {"type": "chitchat", "language": speech}}


def _clarify(tracker: DialogueStateTracker, speech: str) -> Reply:
    words = texts(speech)
    reply = plain(words, "utter_clarify") or {}
    choices = [topic for topic in _understood(tracker).get("choices", []) if topic in known().topics]
    reply["buttons"] = [answers.topic_button(known(), topic, speech) for topic in choices]
    reply["buttons"].append({"title": words.responses["utter_clarify_other"]["text"], "payload": "/nlu_fallback"})
    reply["custom"] = {"type": "clarify", "topics": choices}
    return reply


def _ask_person(words: Texts, tracker: DialogueStateTracker) -> dict[str, str]:
    """The button that takes the visitor's own question to a person."""
    button = words.responses["utter_human"]["buttons"][0]
    question = context.last_question(tracker)[:MAX_QUESTION]
    payload = "/contact" + json.dumps({"question": question}, ensure_ascii=False) if question else "/contact"
    return {"title": button["title"], "payload": payload}


def _unknown(tracker: DialogueStateTracker, speech: str) -> Reply:
    words = texts(speech)
    reply = plain(words, "utter_unknown") or {}
    choices = [topic for topic in _understood(tracker).get("choices", []) if topic in known().topics]
    reply["buttons"] = [_ask_person(words, tracker)]
    reply["buttons"] += [answers.topic_button(known(), topic, speech) for topic in choices[:2]]
    return reply


def _uncovered(tracker: DialogueStateTracker, speech: str) -> Reply:
    words = texts(speech)
    slug = str(_understood(tracker).get("topic") or "").removeprefix(f"{UNCOVERED}/")
    entry = known().uncovered.get(slug)
    if entry is None:
        return _unknown(tracker, speech)
    reply = plain(words, "utter_not_covered") or {}
    near = answers.answer(known(), words, speech, entry.topic, [], True, 0.0)
    reply["text"] = f"{reply['text']}\n\n{near['text']}"
    reply["buttons"] = [_ask_person(words, tracker), answers.topic_button(known(), entry.topic, speech)]
    reply["custom"] = {"type": "unknown", "near": entry.topic, "sources": near["custom"]["sources"]}
    return reply


def _more(tracker: DialogueStateTracker, speech: str) -> Reply:
    topic = context.last_topic(tracker)
    told = [fact for custom in context.said(tracker) if custom.get("type") == "answer" for fact in custom["facts"]]
    reply = answers.more(known(), texts(speech), speech, topic, told) if topic else None
    return reply or plain(texts(speech), "utter_more_nothing") or {}


def _repeat(tracker: DialogueStateTracker, speech: str) -> Reply:
    last = context.last_reply(tracker)
    if last is None:
        return plain(texts(speech), "utter_repeat_nothing") or {}
    data = {key: last.data[key] for key in ("buttons", "custom") if last.data.get(key)}
    return {"text": last.text, **copy.deepcopy(data)}


def _places(tracker: DialogueStateTracker, speech: str) -> Reply:
    message = tracker.latest_message
    assert message is not None
    shown = context.last_places(tracker)
    entities = [(entity["entity"], entity["value"]) for entity in message.entities]
    kinds = {known().places[place].kind for place in shown if place in known().places}
    if opens_like_followup(message.text or "", speech) and len(kinds) == 1 and "kind" not in dict(entities):
        entities.append(("kind", kinds.pop()))  # "and in Flanders?" after a list of incubators
    question = Question(str(message.intent["name"]), message.text or "", tuple(entities), tuple(shown))
    reply = directory.reply(known(), texts(speech), speech, question)
    facts = [fact for fact in _understood(tracker).get("facts", []) if fact in known().facts]
    return directory.after_facts(known(), speech, facts, reply) if facts else reply


def _affirm(tracker: DialogueStateTracker, speech: str) -> Reply:
    """A "yes" outside a question. While a request could not be stored, it is about that."""
    waiting = tracker.get_slot("contact_confirmed") is True
    return plain(texts(speech), "utter_affirm_waiting" if waiting else "utter_affirm") or {}


COMPOSED: dict[str, Callable[[DialogueStateTracker, str], Reply]] = {
    "utter_answer": _answer,
    "utter_clarify": _clarify,
    "utter_unknown": _unknown,
    "utter_not_covered": _uncovered,
    "utter_more": _more,
    "utter_repeat": _repeat,
    "utter_places": _places,
    "utter_affirm": _affirm,
    "utter_change_language": _change_language,
    "utter_other_language": _other_language,
}
"""Responses that are put together; all others stand in ``texts/``."""
