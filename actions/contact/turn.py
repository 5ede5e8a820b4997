"""One turn of the contact form, without Rasa: what the message changes, what is said, what is asked next."""

from __future__ import annotations

from actions.contact.clean import clean, plain
from actions.contact.draft import Draft, Form, Turn
from actions.contact.extract import check, extract, listed, strip_phrase
from actions.contact.fields import CHANGE, DETAILS, FREE_TEXT, Field
from actions.contact.found import Found
from actions.contact.hearing import asks_about_data, is_conditional, is_other, is_question, leaves, says_only, yes_or_no
from actions.contact.labelled import mentioned, removed
from actions.contact.words import words
from actions.conversation import Message
from records.details.checks import Refused

SKIPPED = ""
"""Value of the phone slot when the visitor gave none."""


def start(form: Form, message: Message, language: str) -> Turn:
    """The form begins: take what the message already tells, and the question it was opened with."""
    turn = Draft(form, message, language)
    if form.question and turn.value(Field.SUBJECT) is None:
        turn.changes[Field.SUBJECT] = clean(form.question)[:1000] or None
    told = False
    if turn.text:
        missing = [name for name in DETAILS if turn.value(name) is None]
        after = listed(turn.text, language)
        found = extract(after, language, missing, Field.NAME) if after else extract(turn.text, language, missing, None)
        turn.changes.update({name: value for name, value in found.values.items()})
        told = bool(found.values)
        for name, (code, typed) in found.refused.items():
            turn.refuse(name, code, typed)
    if not told and not any(form.values.get(name) for name in DETAILS):
        turn.say("utter_contact_intro", Field.NAME)
    return turn.done()


def resume(form: Form, message: Message, language: str) -> Turn:
    """The form goes on after the message was answered by something else: ask the same again."""
    turn = Draft(form, message, language)
    turn.attempts = form.attempts
    turn.next = CHANGE if form.requested == CHANGE else None
    return turn.done()


def take(form: Form, message: Message, language: str) -> Turn | None:
    """The visitor's message while the form runs. None: it is not for the form, others shall answer it."""
    turn = Draft(form, message, language)
    asked = form.asked
    if message.pressed:
        return _pressed(turn, asked)
    if leaves(turn.text, language):
        turn.leave()
        return turn.done()
    unwanted = removed(turn.text, language)
    if unwanted:
        _remove(turn, unwanted)
        return turn.done()
    missing = [name for name in DETAILS if turn.value(name) is None]
    found = extract(turn.text, language, missing, asked)
    _use(turn, found)
    if not turn.changes and not turn.says:
        if asked in (Field.CONSENT, Field.CONFIRM):
            return _decision(turn, asked)
        if form.requested == CHANGE:
            return _which(turn)
        if asked is None or not _answer(turn, asked):
            return None
    elif asked in (Field.CONSENT, Field.CONFIRM) and not turn.next:
        # "yes, but my e-mail is …" changes the detail and does not count as a yes
        turn.changes.setdefault(Field.CONFIRM, None)
    return turn.done()


def _remove(turn: Draft, name: Field) -> None:
    if name is Field.PHONE:
        turn.changes.update({name: SKIPPED, Field.CONFIRM: None})
    else:
        turn.reopen(name)


def _use(turn: Draft, found: Found) -> None:
    turn.changes.update(found.values)
    for name in found.reopen:
        turn.reopen(name)
    for name, (code, typed) in found.refused.items():
        turn.refuse(name, code, typed)
        if turn.form.values.get(name) is not None:
            turn.reopen(name)


def _pressed(turn: Draft, asked: Field | None) -> Turn | None:
    intent = turn.message.intent
    if intent == "contact_skip" and asked:
        return _skip(turn, asked)
    if intent == "contact_correct":
        turn.next = CHANGE
        return turn.done()
    if asked in (Field.CONSENT, Field.CONFIRM):
        return _decision(turn, asked)
    if turn.form.requested == CHANGE and intent in ("affirm", "deny"):
        return turn.done()  # nothing to change
    return None


def _skip(turn: Draft, asked: Field) -> Turn:
    if asked is Field.PHONE:
        turn.changes[asked] = SKIPPED
    else:
        decision = asked in (Field.CONSENT, Field.CONFIRM)
        turn.refuse(asked, "yes_or_no" if decision else "required", turn.text)
    return turn.done()


def _decision(turn: Draft, asked: Field) -> Turn | None:
    answer = yes_or_no(turn.message, turn.text, turn.language)
    if answer is not None:
        if asked is Field.CONFIRM and not answer:
            turn.next = CHANGE
        else:
            turn.changes[asked] = answer
        return turn.done()
    if not turn.message.pressed:
        if asks_about_data(turn.message, turn.text, turn.language):
            turn.explain()
            return turn.done()
        if turn.message.intent == "erase" and is_conditional(turn.text, turn.language):
            turn.explain()
            turn.refuse(asked, "yes_or_no", turn.text)
            return turn.done()
        if turn.message.intent == "contact_correct":
            turn.next = CHANGE
            return turn.done()
        half = turn.message.intent in ("affirm", "deny")
        if half or not is_other(turn.message, turn.text, asked, turn.language):
            turn.refuse(asked, "yes_or_no", turn.text)
            return turn.done()
    return None


def _which(turn: Draft) -> Turn | None:
    name = mentioned(turn.text, turn.language)
    if name:
        turn.reopen(name)
        return turn.done()
    heard = words(turn.language)
    lowered = plain(turn.text)
    if heard.matches("nothing", lowered) or yes_or_no(turn.message, turn.text, turn.language) is not None:
        return turn.done()  # nothing to change: the summary and the question come again
    if is_other(turn.message, turn.text, Field.CONFIRM, turn.language):
        return None
    turn.next = CHANGE
    return turn.done()


def _answer(turn: Draft, asked: Field) -> bool:
    """Take the whole message as the answer to ``asked``; says whether it was one."""
    heard, text = words(turn.language), turn.text
    lowered = plain(text)
    if asked is Field.PHONE and (says_only(text, turn.language, "no_phone") or heard.matches("no", lowered)):
        turn.changes[asked] = SKIPPED
        return True
    if asked is Field.COMPANY and says_only(text, turn.language, "no_company"):
        turn.changes[asked] = text.strip()
        return True
    if turn.message.intent == "contact_skip" and turn.message.confidence >= 0.5:
        _skip(turn, asked)
        return True
    if turn.message.intent == "contact_correct" and turn.message.confidence >= 0.5 and asked not in FREE_TEXT:
        turn.next = CHANGE
        return True
    value = _stripped(turn, asked)
    try:
        if asked is Field.COUNTRY and is_question(text, heard):
            return False
        if asked not in FREE_TEXT or not is_other(turn.message, text, asked, turn.language):
            region = turn.value(Field.COUNTRY)
            turn.changes[asked] = check(asked, value, turn.language, region if isinstance(region, str) else None)
            return True
    except Refused as refusal:
        if is_other(turn.message, text, asked, turn.language):
            return False
        turn.refuse(asked, refusal.code, text)
        return True
    return False


def _stripped(turn: Draft, asked: Field) -> str:
    heard = words(turn.language)
    intros = {Field.NAME: "name_intros", Field.COMPANY: "company_intros", Field.COUNTRY: "country_intros"}
    if asked is Field.SUBJECT:
        return strip_phrase(turn.text, heard["subject_intros"])
    if asked not in intros:
        return turn.text
    return strip_phrase(turn.text, heard[intros[asked]])
