"""The graph component that sets the intent: reads, decides, and looks at the conversation for follow-ups."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, Optional

import structlog
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import (
    ENTITIES,
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    INTENT_RESPONSE_KEY,
    PREDICTED_CONFIDENCE_KEY,
    RESPONSE_SELECTOR,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from engine.encoder import Encoder, EncoderMissing
from engine.gazetteer import Names
from engine.replies import context
from engine.replies.directory import asks_for_list, asks_one_attribute
from engine.replies.texts import known
from engine.understanding.decision import (
    AREAS,
    CLARIFY,
    OUT_OF_SCOPE,
    UNCOVERED,
    UNKNOWN,
    Decision,
    Thresholds,
    answered,
    area,
    decide,
)
from engine.understanding.followup import in_context, is_bare, leans_on_context, opens_like_followup
from engine.understanding.model import Embed, Model, Reading, Sentence, cached, knowledge_sentences
from engine.understanding.names import names_of_facts, weighed

UNDERSTANDING = "understanding"
SURE = 0.75
PLAIN = 0.5
FOLLOWED = 0.45
"""Confidence from which a follow-up is answered: the topic before it speaks for it, too."""
CANDIDATES = 40
RANKED = 5
VECTOR_CACHE = Path("var/cache")
_ADDRESS = re.compile(r"[^\s@<>]+@[^\s@<>]+\.\w{2,}")
_NO_CONTACT = AREAS | {UNCOVERED, CLARIFY, UNKNOWN, OUT_OF_SCOPE, "patient", "smalltalk", "greet"}
RETRIEVAL_INTENTS = sorted(AREAS | {UNCOVERED})

log = structlog.get_logger(__name__)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class TopicClassifier(IntentClassifier, GraphComponent):
    """Intents, topics as retrieval intents, and under ``understanding`` what the replies need to know.

    ``understanding`` holds ``choices`` (topics to offer), ``facts`` (to say first), ``alone`` (leave the summary out)
    and ``nearness``. ``encoder`` is the folder of the sentence encoder; without one the component still works.
    """

    def __init__(
        self, config: dict[str, Any], storage: ModelStorage, resource: Resource, model: Optional[Model] = None
    ) -> None:  # fmt: skip
        self._config, self._storage, self._resource, self._model = config, storage, resource, model
        names = {field.name for field in fields(Thresholds)}
        self._thresholds = Thresholds(**{key: value for key, value in config.items() if key in names})
        self._names = names_of_facts(known(), Names()) if model is not None else {}

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """``encoder``: a folder. The fields of Thresholds can be set, too; not here, or a model would freeze them."""
        return {"encoder": "var/encoder"}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> GraphComponent:
        """An untrained component."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> GraphComponent:
        """The component with its trained model."""
        with model_storage.read_from(resource) as folder:
            model = Model.load(folder, _encoder(config))
        return cls(config, model_storage, resource, model)

    def train(self, training_data: TrainingData) -> Resource:
        """Train on the examples and on the knowledge."""
        sentences = [
            Sentence(example.get(TEXT), example.get_full_intent())
            for example in training_data.intent_examples
            if example.get(TEXT) and example.get(INTENT)
        ]
        trained = {sentence.intent for sentence in sentences}
        sentences += [sentence for sentence in knowledge_sentences(known()) if sentence.intent in trained]
        embed = _encoder(self._config)
        if isinstance(embed, Encoder):
            embed = cached(embed, embed.digest, VECTOR_CACHE)
        self._model = Model.train(sentences, embed)
        with self._storage.write_to(self._resource) as folder:
            self._model.save(folder)
        return self._resource

    def process(self, messages: list[Message], tracker: Optional[DialogueStateTracker] = None) -> list[Message]:
        """Set intent, ranking and understanding of each message; payloads of buttons are left to Rasa."""
        assert self._model is not None
        for message in messages:
            text = message.get(TEXT)
            if not text or text.startswith("/"):
                continue
            names = frozenset((entity["entity"], str(entity["value"])) for entity in message.get(ENTITIES, []))
            reading = weighed(self._model.read(text, CANDIDATES), names, self._names)
            decision = self._decide(text, reading, tracker, frozenset(label for label, _ in names))
            _set(message, decision, reading)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing to add to the training data."""
        return training_data

    def _decide(
        self, text: str, reading: Reading, tracker: Optional[DialogueStateTracker], labels: frozenset[str]
    ) -> Decision:
        decision = decide(reading, self._thresholds)
        names_place = "place" in labels
        if _gives_address(text, decision):
            return Decision("inform", SURE)
        if asks_for_list(text, labels):
            return Decision("directory_list", max(decision.confidence, SURE))
        if names_place and asks_one_attribute(text):
            return Decision("directory_place", max(decision.confidence, SURE))
        if tracker is None or not leans_on_context(text):
            return decision
        return self._in_context(text, reading, decision, tracker, labels)

    def _in_context(
        self, text: str, reading: Reading, decision: Decision, tracker: DialogueStateTracker, labels: frozenset[str]
    ) -> Decision:
        subject, topic = context.subject(tracker), context.last_topic(tracker)
        names_place = "place" in labels
        places = subject == "places" or (topic is not None and subject == "answer" and area(topic) == "incubators")
        if places and not names_place and "region" in labels and opens_like_followup(text):
            return Decision("directory_list", SURE)
        if not names_place and asks_one_attribute(text) and context.places_now(tracker):
            return Decision("directory_place", SURE)
        if subject != "answer" or topic is None or topic not in known().topics:
            return decision
        if is_bare(text):
            return answered(reading, topic, self._thresholds)
        # Without a place in the message or in the conversation, a question about "it" is about the topic.
        if _stands_alone(decision) and (names_place or not decision.intent.startswith("directory_")):
            return decision
        lenient = replace(self._thresholds, answer=FOLLOWED)
        followed = decide(in_context(reading, topic, known().topics[topic].related), lenient)
        near = area(followed.intent) == area(topic) or followed.intent in known().topics[topic].related
        return followed if near or followed.intent == CLARIFY else decision


def _gives_address(text: str, decision: Decision) -> bool:
    """Whether somebody leaves an e-mail address; what they write about must not be taken for a question."""
    taken = area(decision.intent) or decision.intent.partition("/")[0]
    return bool(_ADDRESS.search(text)) and "?" not in text and taken in _NO_CONTACT


def _stands_alone(decision: Decision) -> bool:
    if area(decision.intent) is None and not decision.intent.startswith("uncovered/"):
        return decision.confidence >= PLAIN
    return decision.confidence >= SURE


def _encoder(config: dict[str, Any]) -> Optional[Embed]:
    if not config["encoder"]:
        return None
    try:
        return Encoder(Path(config["encoder"]))
    except EncoderMissing as missing:
        log.warning("engine.encoder.missing", reason=str(missing))
        return None


def _set(message: Message, decision: Decision, reading: Reading) -> None:
    head = decision.intent.split("/")[0]
    intent = {INTENT_NAME_KEY: head, PREDICTED_CONFIDENCE_KEY: decision.confidence}
    message.set(INTENT, intent, add_to_output=True)
    message.set(
        INTENT_RANKING_KEY,
        [
            {INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: round(value, 4)}
            for name, value in reading.ranking[:RANKED]
        ],
        add_to_output=True,
    )
    understanding = {
        "topic": decision.intent if "/" in decision.intent else None,
        "choices": list(decision.choices),
        "facts": list(decision.facts),
        "alone": decision.alone,
        "nearness": round(reading.nearness, 4),
    }
    message.set(UNDERSTANDING, understanding, add_to_output=True)
    selector: dict[str, Any] = {"all_retrieval_intents": RETRIEVAL_INTENTS}
    if "/" in decision.intent:
        selector[head] = {"response": {INTENT_RESPONSE_KEY: decision.intent}}
    message.set(RESPONSE_SELECTOR, selector, add_to_output=True)
