"""The language of a message: guessed, kept, switched, asked for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from corpus.files import nlu_examples
from corpus.validation import questions
from engine.language import OTHERS, Detector, Guess, switched
from engine.language_request import requested
from engine.replies import language
from engine.replies.texts import others
from engine.understanding.ngrams import Ngrams

DETECTOR = Detector(
    {name: Ngrams.fit([example.text for example in nlu_examples(name)]) for name in language.TRANSLATED}
)


@pytest.mark.parametrize(("name", "least"), [("en", 0.97), ("fr", 0.95), ("nl", 0.93)])
def test_questions_that_were_never_trained_on_are_in_the_right_language(name: str, least: float) -> None:
    found = [DETECTOR(question.text).language == name for question in questions(name)]
    assert sum(found) >= least * len(found)


@pytest.mark.parametrize("name", language.TRANSLATED)
def test_hardly_anybody_is_taken_out_of_the_language_spoken(name: str) -> None:
    asked = [question.text for question in questions(name)]
    assert sum(switched(DETECTOR(text), name) != name for text in asked) <= 0.02 * len(asked)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Wie lange dauert die Genehmigung einer klinischen Studie in Belgien?", "de"),
        ("Sprechen Sie Deutsch?", "de"),
        ("¿Cuánto tiempo tarda la aprobación de un ensayo clínico?", "es"),
        ("Czy mówi ktoś po polsku?", "pl"),
        ("je zoek een incubator in Brussels", None),
        ("hoeveel kost een office", None),
        ("quels subsides pour un labo", None),
    ],
)
def test_another_language_is_noticed(text: str, name: str | None) -> None:
    assert DETECTOR(text).foreign == name


@pytest.mark.parametrize(
    ("guess", "current", "goes_on_in"),
    [
        (Guess("nl", 0.999, 5), "en", "nl"),
        (Guess("nl", 0.9, 5), "en", "en"),
        (Guess("nl", 0.999, 3), "en", "en"),
        (Guess("nl", 0.999, 5, "de"), "en", "en"),
    ],
)
def test_only_a_sure_guess_switches(guess: Guess, current: str, goes_on_in: str) -> None:
    assert switched(guess, current) == goes_on_in


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("kan het in het Nederlands?", "nl"),
        ("Nederlands aub", "nl"),
        ("en français svp", "fr"),
        ("pouvez-vous répondre en français ?", "fr"),
        ("English please", "en"),
        ("can we switch to English", "en"),
        ("Sprechen Sie Deutsch?", "de"),
        ("parlate italiano?", "it"),
        ("is English enough for the trial dossier?", None),
        ("faut-il traduire le dossier en néerlandais ?", None),
        ("moeten etiketten in het Frans", None),
        ("do the staff at BLSI speak English", None),
        ("hello", None),
    ],
)
def test_a_language_is_asked_for(text: str, wanted: str | None) -> None:
    assert requested(text) == wanted


def test_a_sentence_for_every_language_that_is_told_apart() -> None:
    assert set(others()) == set(OTHERS)


def said(*turns: tuple[str | None, str | None]) -> DialogueStateTracker:
    """A conversation of messages with (language of the metadata, language understood)."""
    tracker = DialogueStateTracker("one", [])
    for given_, understood in turns:
        parse = {"intent": {"name": "greet"}, "understanding": {"language": understood} if understood else {}}
        tracker.update(UserUttered("hello", parse_data=parse, metadata={"language": given_} if given_ else {}))
    return tracker


@pytest.mark.parametrize(
    ("metadata", "turns", "expected"),
    [
        ({}, (), None),
        ({"language": "fr-BE"}, (), "fr"),
        ({"language": "de"}, (), None),
        ({"language": "en"}, (("en", "nl"),), "nl"),
        ({"language": "fr"}, (("en", "nl"),), "fr"),
        ({}, ((None, "nl"),), "nl"),
        ({"language": "en"}, (("en", "nl"), ("en", None), ("en", None)), "nl"),
        ({"language": "en"}, (("fr", "nl"), ("en", None)), "en"),
    ],
)
def test_what_was_spoken_so_far(
    metadata: dict[str, str], turns: tuple[tuple[str | None, str | None], ...], expected: str | None
) -> None:
    assert language.so_far(metadata, said(*turns)) == expected


@given(st.text(max_size=60))
def test_any_text_can_be_guessed(text: str) -> None:
    guess = DETECTOR(text)
    assert guess.language in language.TRANSLATED and 0 <= guess.probability <= 1
    requested(text)


def test_a_button_is_answered_in_the_language_of_the_conversation_and_changes_it() -> None:
    tracker = said(("en", "fr"))
    button = {"intent": {"name": "ask_topic"}, "entities": []}
    tracker.update(UserUttered("/ask_topic", button["intent"], parse_data=button, metadata={"language": "en"}))
    assert language.of(tracker) == "fr"
    entities = [{"entity": "language", "value": "nl"}]
    intent = {"name": "change_language"}
    parse = {"intent": intent, "entities": entities}
    tracker.update(UserUttered("/change_language", intent, entities, parse, metadata={"language": "en"}))
    assert language.of(tracker) == "nl"
    assert language.so_far({"language": "en"}, tracker) == "nl"
