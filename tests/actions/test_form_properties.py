"""Whatever is typed at whatever step: no crash, nothing invalid taken, nothing agreed to by accident."""

from __future__ import annotations

import phonenumbers
import pycountry
from email_validator import validate_email
from hypothesis import example, given
from hypothesis import strategies as st

from actions.contact import turn
from actions.contact.draft import Form, Turn
from actions.contact.fields import CHANGE, DETAILS, Field
from actions.conversation import Message
from records.details import checks

PIECES = st.sampled_from(
    ["my name is", "company:", "e-mail", "change the", "phone", "is wrong", "a.doe@example.com", "+32 2 555 01 23",
     "from", "in Canada", ",", "\n", "I'm", "Alex Doe", "no", "yes", "subject", "is", "<mailto:", "|", ">", "@", "?",
     "not", "and"]
)  # fmt: skip
texts = st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=12).map(" ".join))
intents = st.sampled_from(
    [
        "",
        "nlu_fallback",
        "affirm",
        "deny",
        "clinical-trials",
        "contact_cancel",
        "contact_skip",
        "contact_correct",
        "greet",
    ]
)
messages = st.builds(
    Message, text=texts, intent=intents, confidence=st.floats(0, 1), entities=st.just({}), metadata=st.just({})
)
details: dict[Field, str | bool | None] = {
    Field.NAME: "Alex Roe", Field.COMPANY: "Beta", Field.EMAIL: "r@example.com", Field.PHONE: "", Field.COUNTRY: "BE",
    Field.SUBJECT: "Labs", Field.CONSENT: True, Field.CONFIRM: None,
}  # fmt: skip
order = list(Field)
forms = st.one_of(
    st.sampled_from(order).map(
        lambda asked: Form({f: details[f] if order.index(f) < order.index(asked) else None for f in order}, asked.slot)
    ),
    st.just(Form(details, CHANGE)),
)


def check_turn(form: Form, made: Turn | None) -> None:
    if made is None:
        return
    for name, value in made.changes.items():
        if not value or value is True:
            continue
        assert isinstance(value, str)
        assert name in DETAILS
        if name is Field.EMAIL:
            validate_email(value, check_deliverability=False)
        elif name is Field.PHONE:
            assert phonenumbers.is_possible_number(phonenumbers.parse(value))
        elif name is Field.COUNTRY:
            assert value == "XK" or pycountry.countries.get(alpha_2=value)
        else:
            assert value.strip()
            assert len(value) <= checks.MAX_LENGTH[name]
            assert not any(char < " " and char != "\n" for char in value)
    asked = form.asked
    agreed = {name for name in (Field.CONSENT, Field.CONFIRM) if made.changes.get(name) is True}
    assert agreed <= {asked}, "only what was asked can be agreed to"
    if made.requested is None:
        ended = {**form.values, **made.changes}
        assert ended[Field.CONSENT] is False or all(ended[name] is not None for name in Field)


@given(forms, messages)
@example(Form({}, Field.EMAIL.slot), Message("@", "", 0, {}, {}))
def test_any_message_at_any_step(form: Form, message: Message) -> None:
    check_turn(form, turn.take(form, message, "en"))


@given(messages, st.none() | st.text(max_size=50))
def test_any_message_starts_the_form(message: Message, question: str | None) -> None:
    form = Form(dict.fromkeys(Field), None, question=question)
    check_turn(form, turn.start(form, message, "en"))


@given(forms, messages)
def test_any_message_resumes_the_same_question(form: Form, message: Message) -> None:
    assert turn.resume(form, message, "en").requested == form.requested


@given(st.lists(messages, max_size=10))
def test_nothing_is_complete_without_two_agreements(sequence: list[Message]) -> None:
    """A form that ends with everything in it was agreed to twice, each time when asked."""
    values: dict[Field, str | bool | None] = dict.fromkeys(Field)
    requested: str | None = Field.NAME.slot
    agreed: list[str] = []
    for message in sequence:
        made = turn.take(Form(values, requested), message, "en")
        if made is None:
            continue
        for name, value in made.changes.items():
            if name in (Field.CONSENT, Field.CONFIRM) and value is True:
                assert requested == name.slot
                agreed.append(name)
        values |= made.changes
        requested = made.requested
        if requested is None:
            assert values[Field.CONSENT] is False or {Field.CONSENT, Field.CONFIRM} <= set(agreed)
            return
