"""Finds the rules that fit a conversation by looking each of its last states up, instead of trying every rule on it.

Rasa's RulePolicy compares all rules with all states of a conversation, three times a turn: a tenth of the time a
message takes. Which rules a state fits does not change, so it is remembered; and no rule looks further back than the
longest one reaches.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from rasa.core.policies.rule_policy import RulePolicy

REMEMBERED = 5000
"""Most states of a policy that are remembered; their sets are shared and small."""
_KEPT = "_rules_by_state"


def install() -> None:
    """Replace ``RulePolicy._get_possible_keys``; the result is the same."""
    RulePolicy._get_possible_keys = _possible_keys


def _possible_keys(self: RulePolicy, lookup: Mapping[str, str], states: Sequence[Mapping[str, Any]]) -> set[str]:
    kept: dict[Any, Any] = self.__dict__.setdefault(_KEPT, {})
    if len(kept) > REMEMBERED:
        kept.clear()
    longest = kept.get(id(lookup))
    if longest is None:
        longest = kept[id(lookup)] = max((len(self._rule_key_to_state(key)) for key in lookup), default=0)
    found = set(lookup)
    for index, state in enumerate(reversed(states[-longest:] if longest else [])):
        key = (id(lookup), index, json.dumps(state, sort_keys=True, default=str))
        fitting = kept.get(key)
        if fitting is None:
            fitting = kept[key] = frozenset(rule for rule in lookup if self._is_rule_applicable(rule, index, state))
        found &= fitting
    return found
