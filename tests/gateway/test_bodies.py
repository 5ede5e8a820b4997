"""Whatever is typed, what reaches the engine is clean text and never a command."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gateway.bodies import clean, message, sent
from gateway.errors import ApiError

slashed = st.text(alphabet=st.sampled_from("/ \t\n\r\x00\x1f\x85\u00a0\u2028\u200b\ufeff{}@restart"), max_size=40)


@given(st.text(max_size=1100) | slashed)
@example("/restart")
@example("/")
@example(" \x1c/ \u2029/open")
def test_messages_are_safe_or_refused(text: str) -> None:
    try:
        result = message(text, 1000)
    except ApiError as error:
        assert error.code in ("empty", "too_long")
        return
    assert result.strip() and len(result) <= 1000
    assert not result.strip().startswith("/")  # as Rasa decides whether it is an intent
    assert not any(unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t" for c in result)
    assert message(result, 1000) == result


@given(st.text(alphabet=st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=300))
def test_ordinary_text_is_left_alone(text: str) -> None:
    direction = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    if not any(character in direction for character in text):
        assert clean(text) == text.strip()


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
    )
)
def test_any_json_is_a_message_or_a_refusal(value: object) -> None:
    _accepted_or_refused(json.dumps(value).encode())


@given(st.binary(max_size=200))
def test_any_bytes_are_a_message_or_a_refusal(body: bytes) -> None:
    _accepted_or_refused(body)


@given(st.dictionaries(st.sampled_from(["text", "button", "idempotency_key"]), st.text(max_size=80) | st.integers()))
def test_any_fields_are_a_message_or_a_refusal(fields: dict[str, object]) -> None:
    _accepted_or_refused(json.dumps(fields).encode())


def _accepted_or_refused(body: bytes) -> None:
    try:
        result = sent(body, 1000)
    except ApiError as error:
        assert 400 <= error.status < 500
    else:
        assert (result.text is None) != (result.button is None)


@pytest.mark.parametrize(
    ("typed", "reaches"),
    [
        ("/help", "help"),
        ("/greet@0.01", "greet@0.01"),
        ("and/or", "and/or"),
        ("//", "\u2044\u2044"),
        ("a\r\nb", "a\nb"),
        ("naïve \U0001f468\u200d\U0001f52c", "naïve \U0001f468\u200d\U0001f52c"),
        ("safe\u202etxt", "safetxt"),
    ],
)
def test_examples(typed: str, reaches: str) -> None:
    assert message(typed, 1000) == reaches
