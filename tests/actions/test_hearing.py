"""Yes, no, and questions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.contact.clean import clean
from actions.contact.hearing import is_question, leaves, yes_or_no
from actions.contact.words import words
from actions.conversation import Message


def heard(text: str, intent: str = "nlu_fallback", confidence: float = 0.9) -> bool | None:
    return yes_or_no(Message(text, intent, confidence, {}, {}), clean(text), "en")


@pytest.mark.parametrize(
    "text",
    ["yes", "Yes!", "y", "ok", "OK, send it", "sure, go ahead", "yes you may", "yes I agree that you store it",
     "perfect", "that is correct", "yes, that's all correct, thanks", "it is correct", "I agree", "please do",
     "fine, send it please"],
)  # fmt: skip
def test_yes(text: str) -> None:
    assert heard(text) is True


@pytest.mark.parametrize(
    "text",
    ["no", "No.", "nope", "no thanks", "no, wait", "I don't agree", "I do not agree to that", "not yet", "don't",
     "don't store anything", "do not send it", "no the phone is bad", "that's wrong", "not quite"],
)  # fmt: skip
def test_no(text: str) -> None:
    assert heard(text) is False


@pytest.mark.parametrize(
    "text",
    ["it is not right", "good question", "yes and no", "yes?", "is that safe?", "ok but not the phone", "maybe", "hmm",
     "fine print", "good question, what happens to my data", "can you do that", "sure is wrong", "I do wonder", "",
     "yes only if you delete it later", "right is the other one", "okay what then"],
)  # fmt: skip
@pytest.mark.parametrize("intent", ["nlu_fallback", "clinical-trials"])
def test_neither(text: str, intent: str) -> None:
    assert heard(text, intent) is None


def test_classifier_helps_where_words_do_not() -> None:
    assert heard("by all means", "affirm") is True
    assert heard("by all means", "affirm", 0.3) is None
    assert heard("I'd prefer to keep it to myself", "deny") is False
    assert heard("by no means", "affirm") is None
    assert heard("accept all", "consent_accept") is None
    assert heard("I accept", "consent_accept") is True
    assert heard("no, stop", "contact_cancel") is None
    assert heard("/affirm", "affirm") is True
    assert heard("/deny", "deny") is False
    assert heard("/consent_accept", "consent_accept") is None


@pytest.mark.parametrize("text", ["what is a CRO", "how long?", "tell me about BLSI", "list incubators", "Is it free?",
                                  "could you explain the fees", "I want to know the fees"])  # fmt: skip
def test_questions(text: str) -> None:
    assert is_question(text, words("en"))


@pytest.mark.parametrize("text", ["Will Doe", "May", "a lab for twenty people", "Acme?", "Can Doe"])
def test_not_questions(text: str) -> None:
    assert not is_question(text, words("en"))


@given(st.text(max_size=80), st.sampled_from(["affirm", "nlu_fallback", "deny"]))
def test_a_negation_is_never_a_yes(text: str, intent: str) -> None:
    for negated in (f"not {text}", f"{text} not", f"no {text}", f"don't {text}"):
        if not clean(negated).startswith("/"):
            assert heard(negated, intent) is not True


@pytest.mark.parametrize(
    "text", ["stop", "stop, I changed my mind", "no wait, stop", "I want to stop", "cancel it please"]
)
def test_leaves(text: str) -> None:
    assert leaves(text, "en")


@pytest.mark.parametrize(
    "text",
    ["Stop AIDS Foundation", "no", "", "stop?", "we want to stop a trial early, and then start again, or cancel"],
)
def test_stays(text: str) -> None:
    assert not leaves(text, "en")
