"""Looking rules up by state finds the rules that trying each of them finds."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.resource import Resource

from engine.rules import _possible_keys

ORIGINAL = RulePolicy._get_possible_keys
STATES = st.fixed_dictionaries(
    {},
    optional={
        "prev_action": st.fixed_dictionaries({"action_name": st.sampled_from(["action_listen", "utter_a", "utter_b"])}),
        "user": st.fixed_dictionaries({"intent": st.sampled_from(["greet", "thanks", "fees"])}),
        "active_loop": st.fixed_dictionaries({"name": st.sampled_from(["contact_form", "should_not_be_set"])}),
    },
)
HISTORIES = st.lists(STATES, max_size=6)


def policy() -> RulePolicy:
    context = ExecutionContext(GraphSchema({}))
    return RulePolicy(RulePolicy.get_default_config(), None, Resource("rules"), context)


@given(st.lists(st.lists(STATES, min_size=1, max_size=4), max_size=8), st.lists(HISTORIES, min_size=1, max_size=4))
def test_the_same_rules_are_found(rules: list[list[Any]], conversations: list[list[Any]]) -> None:
    lookup = {json.dumps(states, sort_keys=True): "utter_a" for states in rules}
    one = policy()
    for states in conversations:  # the second finds what the first left behind
        assert _possible_keys(one, lookup, states) == ORIGINAL(one, lookup, states)
