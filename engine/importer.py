"""Tells Rasa which responses there are, so that its own checks hold although the words live outside the domain.

Rasa wants a response for every ``utter_`` action and every retrieval intent. Ours come from ``texts/`` and
``knowledge/`` at run time (``engine/replies``); here they are named, with the English text or title as a stand-in.
"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import Optional

from rasa.shared.core.domain import Domain
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.importers.utils import training_data_from_paths
from rasa.shared.nlu.training_data.training_data import TrainingData

from engine.replies.nlg import COMPOSED
from engine.replies.texts import known, texts
from engine.understanding.component import LANGUAGE
from engine.understanding.sentences import BASE


class KnowledgeImporter(RasaFileImporter):
    """Rasa's file importer, with the responses of texts and knowledge added to the domain."""

    _nlu: Optional[TrainingData] = None

    def get_nlu_data(self, language: Optional[str] = "en") -> TrainingData:
        """The training sentences, each with the language of its folder, ``data/nlu/<language>``.

        Read once: Rasa asks for them three times, at three seconds each.
        """
        if self._nlu is None:
            self._nlu = TrainingData()
            for spoken, files in groupby(sorted(self._nlu_files), key=lambda path: Path(path).parent.name):
                data = training_data_from_paths(list(files), language)
                for example in data.training_examples:
                    example.set(LANGUAGE, spoken)
                self._nlu = self._nlu.merge(data)
        return self._nlu

    def get_domain(self) -> Domain:
        """The domain of the files and the names of all responses."""
        titles = {f"utter_{topic}": text.title for topic, text in known().texts[BASE].items()}
        titles |= {f"utter_uncovered/{entry.id}": entry.question for entry in known().uncovered.values()}
        titles |= {name: name for name in COMPOSED}
        titles |= {name: response["text"] for name, response in texts(BASE).responses.items()}
        responses = {name: [{"text": text}] for name, text in titles.items()}
        return super().get_domain().merge(Domain.from_dict({"responses": responses}))
