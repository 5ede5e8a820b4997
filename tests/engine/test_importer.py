"""Rasa knows the name of every response, wherever its words are."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from rasa.shared.core.domain import Domain

from engine.importer import KnowledgeImporter
from engine.replies.texts import known, texts
from engine.understanding.decision import AREAS


@pytest.fixture(scope="module")
def domain() -> Domain:
    return KnowledgeImporter(
        config_file="config.yml", domain_path="domain.yml", training_data_paths=["data"]
    ).get_domain()


def test_every_topic_every_uncovered_question_and_every_text_is_a_response(domain: Domain) -> None:
    wanted = {f"utter_{topic}" for topic in known().topics}
    wanted |= {f"utter_uncovered/{slug}" for slug in known().uncovered}
    wanted |= set(texts("en").responses)
    assert wanted <= set(domain.responses)
    assert all(variation["text"] for response in domain.responses.values() for variation in response)


def test_every_utterance_of_the_rules_is_a_response(domain: Domain) -> None:
    said = {
        step["action"]
        for path in Path("data/rules").glob("*.yml")
        for rule in yaml.safe_load(path.read_text(encoding="utf-8"))["rules"]
        for step in rule["steps"]
        if step.get("action", "").startswith("utter_")
    }
    assert said and said <= set(domain.responses)


def test_slots_forms_and_intents_of_the_file_are_kept(domain: Domain) -> None:
    plain = Domain.load("domain.yml")
    assert set(domain.intents) >= AREAS
    assert set(plain.intents) == set(domain.intents) and domain.form_names == plain.form_names
    assert {slot.name for slot in domain.slots} == {slot.name for slot in plain.slots}
