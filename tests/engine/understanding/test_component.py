"""The component in Rasa: trained, stored and loaded again, with the encoder, without it, and after it went."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from engine.gazetteer import SpacyGazetteer
from engine.understanding import component as module
from engine.understanding.component import TopicClassifier
from tests.engine.understanding.samples import ENCODER, sentences

RESOURCE = Resource("topics")
CONTEXT = ExecutionContext(GraphSchema({}))
NAMES = SpacyGazetteer(SpacyGazetteer.get_default_config())


def configured(encoder: Optional[Path]) -> dict[str, Any]:
    return {**TopicClassifier.get_default_config(), "encoder": str(encoder) if encoder else None}


@pytest.fixture(params=[ENCODER, None], ids=["with encoder", "without encoder"])
def storage(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LocalModelStorage:
    """A component trained on a few intents, and stored."""
    monkeypatch.setattr(module, "VECTOR_CACHE", tmp_path / "cache")
    examples = []
    for each in sentences():
        intent, _, key = each.intent.partition("/")
        data = {TEXT: each.text, INTENT: intent, **({"intent_response_key": each.intent} if key else {})}
        examples.append(Message(data))
    (tmp_path / "storage").mkdir()
    stored = LocalModelStorage.create(tmp_path / "storage")
    component = TopicClassifier.create(configured(request.param), stored, RESOURCE, CONTEXT)
    assert isinstance(component, TopicClassifier)
    assert component.train(TrainingData(examples)) == RESOURCE
    return stored


def read(storage: LocalModelStorage, encoder: Optional[Path], text: str) -> Message:
    component = TopicClassifier.load(configured(encoder), storage, RESOURCE, CONTEXT)
    assert isinstance(component, TopicClassifier)
    (message,) = component.process(NAMES.process([Message({TEXT: text})]))
    return message


@pytest.mark.parametrize("encoder", [ENCODER, None, Path("nowhere")], ids=str)
def test_it_answers_with_and_without_the_encoder(storage: LocalModelStorage, encoder: Optional[Path]) -> None:
    message = read(storage, encoder, "what does a clinical trial application cost")
    assert message.get(INTENT)["name"] == "clinical-trials"
    understood = message.get("understanding")
    assert understood["topic"] == "clinical-trials/fees"
    selector = message.get("response_selector")
    assert selector["clinical-trials"]["response"]["intent_response_key"] == "clinical-trials/fees"
    assert len(message.get("intent_ranking")) == 5
    assert read(storage, encoder, "hello there").get(INTENT)["name"] == "greet"


def test_a_payload_is_left_alone(storage: LocalModelStorage) -> None:
    for payload in ("/greet", '/ask_topic{"topic": "clinical-trials/fees"}', "/"):
        message = read(storage, None, payload)
        assert message.get(INTENT) is None and message.get("understanding") is None
    assert read(storage, None, "").get(INTENT) is None


_SPREAD = pytest.mark.xfail(reason="without the encoder similarities spread more than names.SHARED can bridge")


@pytest.mark.parametrize("storage", [ENCODER, pytest.param(None, marks=_SPREAD)], indirect=True, ids=str)
def test_the_phase_in_the_question_chooses_the_fact(storage: LocalModelStorage) -> None:
    """With our own facts, which are trained on besides the samples'."""
    early = read(storage, ENCODER, "how many days for a Belgium-only phase I trial")
    late = read(storage, ENCODER, "how many days for a Belgium-only phase III trial")
    assert {(e["entity"], e["value"]) for e in early.get(ENTITIES)} == {("phase", "phase-1")}
    assert early.get("understanding")["facts"][0] == "ct-mononational-early-phase-20-days"
    assert late.get("understanding")["facts"][0] != "ct-mononational-early-phase-20-days"
