"""The graph component that sets language and intent of a message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Optional

import structlog
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.core.constants import REQUESTED_SLOT
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import (
    ENTITIES,
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    INTENT_RESPONSE_KEY,
    METADATA,
    PREDICTED_CONFIDENCE_KEY,
    RESPONSE_SELECTOR,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from engine.encoder import Encoder, EncoderMissing
from engine.gazetteer import Names
from engine.language import Detector, switched, without_names
from engine.language_request import requested
from engine.replies import language
from engine.replies.texts import known
from engine.understanding.cache import cached
from engine.understanding.conversation import Heard, decided, second
from engine.understanding.decision import AREAS, CANDIDATES, UNCOVERED, Decision, Thresholds
from engine.understanding.model import Model, Reading
from engine.understanding.names import names_of_facts, weighed
from engine.understanding.sentences import BASE, Sentence, knowledge_sentences

UNDERSTANDING = "understanding"
LANGUAGE = "language"
OTHER_LANGUAGE = "other_language"
RANKED = 5
"""Intents that are kept in the conversation, for operators."""
FORM_WORDS = 6
"""Words in another language that change it while the form asks for a name or a subject: those may be in any."""
VECTOR_CACHE = Path("var/cache")
RETRIEVAL_INTENTS = sorted(AREAS | {UNCOVERED})

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Speech:
    """The language a message is answered in, and one it is in that is not served."""

    language: str
    foreign: Optional[str] = None
    asked: bool = False


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class TopicClassifier(IntentClassifier, GraphComponent):
    """Intents, topics as retrieval intents, and under ``understanding`` what the replies need to know.

    ``understanding`` holds ``language``, ``choices`` (topics to offer), ``facts`` (to say first), ``alone`` (leave the
    summary out), ``also`` (a second question: topic, facts, alone) and ``nearness``. ``encoder`` is the folder of the
    sentence encoder; without one the component still works.
    """

    def __init__(
        self, config: dict[str, Any], storage: ModelStorage, resource: Resource, model: Optional[Model] = None
    ) -> None:  # fmt: skip
        self._config, self._storage, self._resource, self._model = config, storage, resource, model
        names = {field.name for field in fields(Thresholds)}
        self._set = {key: value for key, value in config.items() if key in names}
        if model is not None:
            self._find_names = Names()
            self._names = names_of_facts(known(), self._find_names)
            self._detector = Detector({name: model.ngrams(name) for name in model.languages})

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
        encoder = _encoder(config)
        with model_storage.read_from(resource) as folder:
            model = Model.load(folder, encoder, multilingual=encoder is not None and encoder.multilingual)
        return cls(config, model_storage, resource, model)

    def train(self, training_data: TrainingData) -> Resource:
        """Train on the examples and on the knowledge."""
        sentences = [
            Sentence(example.get(TEXT), example.get_full_intent(), language=example.get(LANGUAGE) or BASE)
            for example in training_data.intent_examples
            if example.get(TEXT) and example.get(INTENT)
        ]
        trained = {sentence.intent for sentence in sentences}
        spoken = {sentence.language for sentence in sentences}
        sentences += [s for s in knowledge_sentences(known()) if s.intent in trained and s.language in spoken]
        encoder = _encoder(self._config)
        embed = cached(encoder, encoder.digest, VECTOR_CACHE) if encoder is not None else None
        self._model = Model.train(sentences, embed, multilingual=encoder is not None and encoder.multilingual)
        with self._storage.write_to(self._resource) as folder:
            self._model.save(folder)
        return self._resource

    def process(self, messages: list[Message], tracker: Optional[DialogueStateTracker] = None) -> list[Message]:
        """Set language, intent, ranking and understanding of each message; payloads of buttons are left to Rasa."""
        for message in messages:
            text = message.get(TEXT)
            if text and not text.startswith("/"):
                self._understand(message, text, tracker)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing to add to the training data."""
        return training_data

    def _understand(self, message: Message, text: str, tracker: Optional[DialogueStateTracker]) -> None:
        entities = message.get(ENTITIES, [])
        so_far = language.so_far(message.get(METADATA) or {}, tracker)
        speech = self._speech(text, entities, so_far, tracker)
        names = frozenset((entity["entity"], str(entity["value"])) for entity in entities)
        thresholds = Thresholds.of(speech.language, **self._set)
        reading = self._read(text, speech.language, names)

        def read_about(words: str) -> Reading:
            return self._read(text, speech.language, names, words)

        def read_part(part: str) -> Reading:
            return self._read(part, speech.language, frozenset(self._find_names(part)))

        def read_alone(words: str) -> Reading:
            return self._read(words, BASE, frozenset())

        labels = frozenset(label for label, _ in names)
        heard = Heard(text, speech.language, labels, tracker, read_about, read_alone)
        decision, also = decided(heard, reading, thresholds), None
        if speech.asked:
            decision = Decision(OTHER_LANGUAGE if speech.foreign else language.CHANGE, 1.0)
        elif speech.foreign:
            decision = Decision(OTHER_LANGUAGE, max(decision.confidence, thresholds.answer))
        else:
            decision, also = second(text, decision, read_part, thresholds) or (decision, None)
        _set(message, decision, also, reading, speech)

    def _read(self, text: str, spoken: str, names: frozenset[tuple[str, str]], about: str = "") -> Reading:
        assert self._model is not None
        return weighed(self._model.read(text, spoken, CANDIDATES, about), names, self._names)

    def _speech(
        self,
        text: str,
        entities: list[Mapping[str, Any]],
        so_far: Optional[str],
        tracker: Optional[DialogueStateTracker],
    ) -> Speech:
        current = so_far or language.languages()[0]
        asked = requested(text)
        if asked is not None:
            wanted = language.offered(asked)
            return Speech(wanted or current, None if wanted else asked, asked=True)
        guess = self._detector(without_names(text, ((e["start"], e["end"]) for e in entities)))
        in_form = tracker is not None and tracker.get_slot(REQUESTED_SLOT) is not None
        if guess.foreign and not in_form:
            return Speech(current, guess.foreign)
        if so_far is None:
            return Speech(language.served(guess.language) if guess.words else current)
        found = switched(guess, current, FORM_WORDS) if in_form else switched(guess, current)
        return Speech(language.offered(found) or current)


def _encoder(config: dict[str, Any]) -> Optional[Encoder]:
    if not config["encoder"]:
        return None
    try:
        return Encoder(Path(config["encoder"]))
    except EncoderMissing as missing:
        log.warning("engine.encoder.missing", reason=str(missing))
        return None


def _set(message: Message, decision: Decision, also: Optional[Decision], reading: Reading, speech: Speech) -> None:
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
    understanding: dict[str, Any] = {
        "language": speech.language,
        "topic": decision.intent if "/" in decision.intent else None,
        "choices": list(decision.choices),
        "facts": list(decision.facts),
        "alone": decision.alone,
        "nearness": round(reading.nearness, 4),
    }
    if speech.foreign:
        understanding["foreign"] = speech.foreign
    if also is not None:
        understanding["also"] = {"topic": also.intent, "facts": list(also.facts), "alone": also.alone}
    message.set(UNDERSTANDING, understanding, add_to_output=True)
    selector: dict[str, Any] = {"all_retrieval_intents": RETRIEVAL_INTENTS}
    if "/" in decision.intent:
        selector[head] = {"response": {INTENT_RESPONSE_KEY: decision.intent}}
    message.set(RESPONSE_SELECTOR, selector, add_to_output=True)
