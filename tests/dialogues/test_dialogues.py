"""Whole conversations over HTTP, with engine and actions both running."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest

from records.store import Store
from tests.dialogues import contract, storage
from tests.dialogues.script import LANGUAGES, Dialogue, dialogues, payload, problems
from tests.stack import Message, Stack

DIALOGUES = dialogues()


def _marked(dialogue: Dialogue) -> object:
    marks = [pytest.mark.xfail(reason=dialogue.known_bug, strict=True)] if dialogue.known_bug else []
    return pytest.param(dialogue, id=f"{dialogue.language}/{dialogue.file}: {dialogue.name}", marks=marks)


@pytest.fixture(scope="module")
def records(stack: Stack) -> Iterator[Store | None]:
    """The stack's records database, where it is known."""
    if stack.settings is None:
        yield None
        return
    store = Store(stack.settings.database_url)
    yield store
    store.close()


@pytest.mark.parametrize("dialogue", [_marked(dialogue) for dialogue in DIALOGUES])
def test_dialogue(dialogue: Dialogue, stack: Stack, records: Store | None) -> None:
    """Every turn answers as expected and by the contract, and what had to be stored is stored."""
    conversation = f"test-{secrets.token_hex(8)}"
    replies: list[Message] = []
    said: list[str] = []
    speaks, metadata = dialogue.language, {"language": dialogue.language}
    for turn in dialogue.turns:
        speaks = turn.speaks or speaks
        metadata = metadata if turn.metadata is None else turn.metadata
        text = turn.say or turn.send or payload(turn.press or "", replies)
        replies = stack.say(text, conversation=conversation, metadata=metadata)
        said += [f"> {text}", *(f"    {reply.get('custom')} {reply.get('text')!r}"[:700] for reply in replies)]
        wrong = contract.breaches(replies, conversation, speaks)
        wrong += problems(turn, replies) if replies else []
        if turn.stored is not None and records is not None and stack.settings is not None:
            wrong += storage.differences(turn.stored, conversation, records, stack.settings)
        if wrong:
            pytest.fail("\n".join([*said, *(f"!! {problem}" for problem in wrong)]), pytrace=False)


def test_names_are_unique() -> None:
    """A dialogue can be run by its name."""
    names = [(dialogue.language, dialogue.file, dialogue.name) for dialogue in DIALOGUES]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_dialogues(language: str) -> None:
    """What is tried in English is tried in every language, and the same is expected of it but for words."""
    english, ours = _outline("en"), _outline(language)
    assert sorted(english.keys() ^ ours.keys()) == []
    assert [name for name in english if english[name] != ours[name]] == []


def _outline(language: str) -> dict[tuple[str, str], list[tuple[str, ...]]]:
    """What each dialogue of ``language`` expects, turn by turn, without words of the language."""
    return {
        (dialogue.file, dialogue.name): [
            tuple(
                str(expected[key])
                for expected in turn.expectations
                for key in ("type", "step", "error", "topic", "topic_or_offer", "places")
                if key in expected
            )
            for turn in dialogue.turns
        ]
        for dialogue in DIALOGUES
        if dialogue.language == language
    }
