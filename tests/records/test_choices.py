"""What an act means, and that nothing but an act grants."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.choices import ACCEPT_ALL, REFUSE_ALL, Act, apply, event, nothing, withdraw
from records.notice import OPTIONAL

ALL = dict.fromkeys(OPTIONAL, True)
NONE = nothing()
SOME = NONE | {"analytics": True}

acts = st.builds(
    Act,
    named=st.dictionaries(st.sampled_from(OPTIONAL), st.booleans()),
    rest=st.sampled_from([True, False, None]),
)


@pytest.mark.parametrize(
    ("before", "after", "name"),
    [
        (None, ALL, "given"),
        (None, SOME, "given"),
        (None, NONE, "refused"),
        (NONE, SOME, "given"),
        (NONE, NONE, "refused"),
        (ALL, ALL, "given"),
        (ALL, NONE, "withdrawn"),
        (ALL, SOME, "withdrawn"),
        (SOME, ALL, "changed"),
        (SOME, NONE | {"functional": True}, "changed"),
    ],
)
def test_event(before: dict[str, bool] | None, after: dict[str, bool], name: str) -> None:
    assert event(before, after) == name


def test_acts() -> None:
    assert apply(ACCEPT_ALL, None) == ALL
    assert apply(REFUSE_ALL, ALL) == NONE
    assert apply(withdraw("analytics"), ALL) == ALL | {"analytics": False}
    assert apply(withdraw(), ALL) == NONE
    assert apply(Act({"analytics": True}), None) == SOME
    assert apply(Act({"analytics": True}, rest=False), ALL) == SOME


def test_unknown_purpose_is_refused() -> None:
    with pytest.raises(ValueError, match="marketing"):
        Act({"marketing": True})


@given(st.lists(acts, max_size=8))
def test_no_sequence_grants_without_a_grant(sequence: list[Act]) -> None:
    """What is granted at the end was granted by some act and by none after it taken away."""
    choices: dict[str, bool] | None = None
    for act in sequence:
        choices = apply(act, choices)
    for purpose in OPTIONAL:
        said = [act.named.get(purpose, act.rest) for act in sequence]
        clear = [sign for sign in said if sign is not None]
        assert (choices or NONE)[purpose] is (bool(clear) and clear[-1])


@given(acts)
def test_after_a_lapse_only_what_the_act_grants(act: Act) -> None:
    after = apply(act, None)
    assert all(act.grants(purpose) for purpose, given_now in after.items() if given_now)
