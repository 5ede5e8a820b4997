"""Tells Rasa which responses there are, so that its own checks hold although the words live outside the domain.

Rasa wants a response for every ``utter_`` action and every retrieval intent. Ours come from ``texts/`` and
``knowledge/`` at run time (``engine/replies``); here they are named, with the English text or title as a stand-in.
"""

from __future__ import annotations

from typing import Optional

from rasa.shared.core.domain import Domain
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.training_data import TrainingData

from engine.replies.language import DEFAULT
from engine.replies.nlg import COMPOSED
from engine.replies.texts import known, texts


class KnowledgeImporter(RasaFileImporter):
    """Rasa's file importer, with the responses of texts and knowledge added to the domain."""

    _nlu: Optional[TrainingData] = None

    def get_nlu_data(self, language: Optional[str] = "en") -> TrainingData:
        """The training sentences, read once: Rasa asks for them three times, at three seconds each."""
        if self._nlu is None:
            self._nlu = super().get_nlu_data(language)
        return self._nlu

    def get_domain(self) -> Domain:
        """The domain of the files and the names of all responses."""
        titles = {f"utter_{topic}": text.title for topic, text in known().texts[DEFAULT].items()}
        titles |= {f"utter_uncovered/{entry.id}": entry.question for entry in known().uncovered.values()}
        titles |= {name: name for name in COMPOSED}
        titles |= {name: response["text"] for name, response in texts(DEFAULT).responses.items()}
        responses = {name: [{"text": text}] for name, text in titles.items()}
        return super().get_domain().merge(Domain.from_dict({"responses": responses}))
