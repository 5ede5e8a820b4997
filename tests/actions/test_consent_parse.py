"""What people say about cookies."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.consent.parse import parse
from actions.conversation import Message
from records.choices import ACCEPT_ALL, REFUSE_ALL, Act, withdraw
from records.notice import OPTIONAL

ACCEPT, REFUSE, CHOOSE, WITHDRAW = "consent_accept", "consent_refuse", "consent_choose", "consent_withdraw"
F, A, IMPROVE = OPTIONAL


def parsed(text: str, intent: str, confidence: float = 0.9, **entities: str) -> Act | None:
    return parse(Message(text, intent, confidence, entities, {}), "en")


@pytest.mark.parametrize(
    ("text", "intent", "act"),
    [
        ("accept", ACCEPT, ACCEPT_ALL),
        ("I agree to all cookies", ACCEPT, ACCEPT_ALL),
        ("refuse", REFUSE, REFUSE_ALL),
        ("no cookies please", REFUSE, REFUSE_ALL),
        ("I withdraw my consent", WITHDRAW, REFUSE_ALL),
        ("I don't accept", ACCEPT, REFUSE_ALL),
        ("only necessary cookies", ACCEPT, REFUSE_ALL),
        ("just the essentials", CHOOSE, REFUSE_ALL),
        ("only analytics", CHOOSE, Act({A: True}, rest=False)),
        ("only functional and statistics", CHOOSE, Act({F: True, A: True}, rest=False)),
        ("functional yes, analytics no", CHOOSE, Act({F: True, A: False})),
        ("functional and analytics no", CHOOSE, Act({F: False, A: False})),
        ("functional, analytics no", CHOOSE, Act({F: False, A: False})),
        ("functional, analytics yes", CHOOSE, Act({F: True, A: True})),
        ("yes to functional, no to analytics", CHOOSE, Act({F: True, A: False})),
        ("yes to functional no to analytics and improvement", CHOOSE, Act({F: True, A: False, IMPROVE: False})),
        ("yes analytics no improvement", CHOOSE, Act({A: True, IMPROVE: False})),
        ("analytics yes functional no", CHOOSE, Act({A: True, F: False})),
        ("everything except improvement", CHOOSE, Act({IMPROVE: False}, rest=True)),
        ("accept all but analytics", ACCEPT, Act({A: False}, rest=True)),
        ("refuse everything except functional", REFUSE, Act({F: True}, rest=False)),
        ("no cookies except functional ones", CHOOSE, Act({F: True}, rest=False)),
        ("withdraw everything but functional", WITHDRAW, Act({A: False, IMPROVE: False})),
        ("you may use analytics but not improvement", CHOOSE, Act({A: True, IMPROVE: False})),
        ("withdraw analytics", WITHDRAW, withdraw(A)),
        ("I changed my mind, take it back", WITHDRAW, REFUSE_ALL),
        ("I want out of the analytics", WITHDRAW, withdraw(A)),
        ("withdraw functional, but analytics is ok", WITHDRAW, withdraw(F)),
        ("can you forget me", WITHDRAW, REFUSE_ALL),
        ("turn off statistics", WITHDRAW, withdraw(A)),
        ("withdraw only analytics", WITHDRAW, withdraw(A)),
        ("keep functional, remove analytics", WITHDRAW, withdraw(A)),
        ("don't train on my chats", REFUSE, Act({IMPROVE: False})),
        ("I do not want analytics", CHOOSE, Act({A: False})),
        ("no, only functional", CHOOSE, Act({F: True}, rest=False)),
        ("I refuse, only functional", REFUSE, Act({A: False, IMPROVE: False})),
        ("you can remember me but no stats", CHOOSE, Act({F: True, A: False})),
        ("set my preferences", CHOOSE, None),
        ("not only analytics", CHOOSE, None),
        ("I want to choose", CHOOSE, None),
    ],
)
def test_typed(text: str, intent: str, act: Act | None) -> None:
    assert parsed(text, intent) == act


@pytest.mark.parametrize("intent", [ACCEPT, REFUSE, CHOOSE, WITHDRAW])
@pytest.mark.parametrize(
    "text",
    [
        "should I accept the cookies?",
        "must I agree to analytics to use the chat",
        "is it possible to allow only analytics?",
        "do I have to accept cookies",
        "ok, but can I withdraw my consent later",
        "can you tell me how to refuse",
        "why not",
        "I would accept if you explain it first",
        "maybe I accept functional cookies later",
        "I'm not sure about analytics",
        "accept all?",
        "has anyone accepted cookies",
        "as long as it's anonymous I accept analytics",
        "suppose I accept analytics",
    ],
)
def test_questions_and_hedges_are_no_choice(text: str, intent: str) -> None:
    assert parsed(text, intent) is None


@pytest.mark.parametrize(
    "text",
    [
        "accept when you have explained it",
        "you want me to accept",
        "explain analytics",
        "I would accept analytics",
        "I'd allow it once",
    ],
)
def test_what_is_put_off_grants_nothing(text: str) -> None:
    assert parsed(text, ACCEPT) is None


@pytest.mark.parametrize("intent", [REFUSE, WITHDRAW])
@pytest.mark.parametrize(
    "text",
    [
        "can you refuse all cookies please",
        "could you withdraw my consent?",
        "I would like to refuse the cookies",
        "do not use cookies",
        "no cookies when I come back",
    ],
)
def test_refusing_is_easy(text: str, intent: str) -> None:
    assert parsed(text, intent) == REFUSE_ALL


def test_wishes_are_no_hedges() -> None:
    assert parsed("I'd like to accept everything", ACCEPT) == ACCEPT_ALL
    assert parsed("count my visit if you like, only statistics", CHOOSE) == Act({A: True}, rest=False)


def test_doubtful_understanding_grants_nothing() -> None:
    assert parsed("accept all", ACCEPT, 0.4) is None
    assert parsed("functional", CHOOSE, 0.4) is None
    assert parsed("refuse all", REFUSE, 0.4) == REFUSE_ALL


@pytest.mark.parametrize("text", ["go back", "cancel", "back to the start"])
def test_withdrawal_needs_a_word_of_consent(text: str) -> None:
    assert parsed(text, WITHDRAW) is None


@pytest.mark.parametrize(
    ("intent", "entities", "act"),
    [
        (ACCEPT, {}, ACCEPT_ALL),
        (REFUSE, {}, REFUSE_ALL),
        (WITHDRAW, {}, REFUSE_ALL),
        (CHOOSE, {}, None),
        (CHOOSE, {"choices": "functional,analytics"}, Act({F: True, A: True}, rest=False)),
        (CHOOSE, {"choices": ""}, Act({}, rest=False)),
        (CHOOSE, {"choices": "marketing"}, Act({}, rest=False)),
        (CHOOSE, {"purpose": "analytics"}, Act({A: True})),
        (WITHDRAW, {"purpose": "analytics"}, withdraw(A)),
        (ACCEPT, {"purpose": "marketing"}, None),
    ],
)
def test_pressed(intent: str, entities: dict[str, str], act: Act | None) -> None:
    assert parsed(f"/{intent}", intent, **entities) == act


@given(st.text(max_size=100), st.sampled_from([ACCEPT, REFUSE, CHOOSE, WITHDRAW]))
def test_any_text(text: str, intent: str) -> None:
    parsed("." + text, intent)


WORDS = st.sampled_from(
    ["functional", "analytics", "improvement", "all", "no", "not", "refuse", "withdraw", "off", "please"]
)


@given(st.lists(WORDS, max_size=8).map(" ".join), st.sampled_from([REFUSE, WITHDRAW]))
def test_taking_back_never_grants(text: str, intent: str) -> None:
    act = parsed(text, intent)
    assert act is None or not any(act.grants(purpose) for purpose in OPTIONAL)


@given(st.lists(WORDS, max_size=6).map(" ".join))
def test_refusing_everything_said_grants_nothing(text: str) -> None:
    act = parsed(f"no {text}", ACCEPT)
    assert act is None or not all(act.grants(purpose) for purpose in OPTIONAL)
