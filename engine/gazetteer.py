"""spaCy's part of the pipeline: tokens, and entities from the names in ``knowledge/gazetteer.yml``."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Optional

import spacy
import yaml
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from spacy.language import Language

import knowledge

ELISION = r"(?<=\b[cdjlmnstCDJLMNST])['’](?=\w)|(?<=\b[Qq]u)['’](?=\w)"
"""The apostrophe of « l'incubateur »: what follows it is a word of its own."""
GAZETTEER = knowledge.store.ROOT / "gazetteer.yml"


def patterns(path: Path = GAZETTEER) -> list[dict[str, str]]:
    """The entity ruler's patterns: label (entity), id (canonical value) and phrase."""
    names: dict[str, dict[str, list[str]]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    for place in knowledge.load().places.values():
        names["place"].setdefault(place.id, []).append(place.name)
    return [
        {"label": label, "id": value, "pattern": phrase}
        for label, values in names.items()
        for value, phrases in values.items()
        for phrase in dict.fromkeys((*phrases, *(phrase.replace("'", "’") for phrase in phrases)))
    ]


@cache
def pipeline() -> Language:
    """A blank multi-language pipeline whose ruler matches whole tokens whatever their case; the longest match wins."""
    nlp = spacy.blank("xx")
    infixes = (*nlp.Defaults.infixes, ELISION)
    nlp.tokenizer.infix_finditer = spacy.util.compile_infix_regex(infixes).finditer
    ruler = nlp.add_pipe("entity_ruler", config={"phrase_matcher_attr": "LOWER"})
    ruler.add_patterns(patterns())
    return nlp


class Names:
    """Finds the named things in a text, as (entity label, canonical value)."""

    def __init__(self) -> None:
        self._nlp = pipeline()

    def __call__(self, text: str) -> list[tuple[str, str]]:
        """The names in ``text``, in their order."""
        return [(entity.label_, entity.ent_id_) for entity in self._nlp(text).ents]


@DefaultV1Recipe.register(
    [DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR],
    is_trainable=False,
)
class SpacyGazetteer(Tokenizer, EntityExtractorMixin):
    """Tokenises with spaCy and extracts entities by its entity ruler; the value is the canonical one."""

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config)
        self._nlp = pipeline()

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> GraphComponent:
        """The component; it has nothing to learn or to store."""
        return cls(config)

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """No options of its own."""
        return {"intent_tokenization_flag": False, "intent_split_symbol": "_", "token_pattern": None}

    @staticmethod
    def required_packages() -> list[str]:
        """The packages the component needs."""
        return ["spacy"]

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """The tokens of one attribute of the message."""
        doc = self._nlp.make_doc(message.get(attribute))
        return [Token(token.text, token.idx) for token in doc if not token.is_space]

    def process(self, messages: list[Message]) -> list[Message]:
        """Set tokens and entities of each message."""
        messages = super().process(messages)
        for message in messages:
            found = self._entities(message.get(TEXT))
            if found:
                message.set(ENTITIES, message.get(ENTITIES, []) + found, add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Set the tokens of the training examples; their entities stay as they are."""
        return super().process_training_data(training_data)

    def _entities(self, text: Optional[str]) -> list[dict[str, Any]]:
        return [
            {
                "entity": entity.label_,
                "value": entity.ent_id_,
                "start": entity.start_char,
                "end": entity.end_char,
                "extractor": "SpacyGazetteer",
            }
            for entity in (self._nlp(text).ents if text else ())
        ]
