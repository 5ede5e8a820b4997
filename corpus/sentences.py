"""The sentences the engine's understanding is trained on, read without Rasa."""

from __future__ import annotations

from pathlib import Path

import knowledge
from corpus.files import NLU, nlu_examples
from corpus.lint import FUNCTION_WORDS
from engine.understanding.sentences import Sentence, knowledge_sentences

LANGUAGES = tuple(FUNCTION_WORDS)


def languages(root: Path = NLU) -> tuple[str, ...]:
    """The languages that ``root`` has training sentences in, English first."""
    return tuple(language for language in LANGUAGES if (root / language).is_dir())


def training_sentences(root: Path = NLU) -> list[Sentence]:
    """The sentences, in the order, that engine.understanding.component trains on."""
    spoken = languages(root)
    sentences = [
        Sentence(example.text, example.intent, language=language)
        for language in spoken
        for example in nlu_examples(language, root)
    ]
    trained = {sentence.intent for sentence in sentences}
    known = knowledge_sentences(knowledge.load())
    return sentences + [s for s in known if s.intent in trained and s.language in spoken]
