"""What people type to the form and about cookies in French and Dutch, and in which language they are answered."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from rasa_sdk.interfaces import Tracker

from actions import conversation
from actions.consent.parse import parse
from actions.contact import countries
from actions.contact.clean import clean
from actions.contact.extract import extract, strip_phrase
from actions.contact.fields import DETAILS, Field
from actions.contact.hearing import says_only, yes_or_no
from actions.contact.words import FOLDER, words
from actions.conversation import Message
from records.choices import ACCEPT_ALL, REFUSE_ALL, Act, withdraw
from records.notice import OPTIONAL
from settings import Settings

F, A, IMPROVE = OPTIONAL
ANYTIME = None


@pytest.mark.parametrize(
    ("language", "text", "asked", "expected"),
    [
        ("fr", "je suis Alex Doe de chez Acme Bio au Canada, a.doe@example.com", ANYTIME,
         {"name": "Alex Doe", "company": "Acme Bio", "country": "CA", "email": "a.doe@example.com"}),
        ("fr", "Je m'appelle Amélie d'Hondt et je travaille chez Acme Bio en Suède", ANYTIME,
         {"name": "Amélie d'Hondt", "company": "Acme Bio", "country": "SE"}),
        ("fr", "je suis Yann de la Tour de la société Acme SRL", ANYTIME,
         {"name": "Yann de la Tour", "company": "Acme SRL"}),
        ("fr", "ici Anne Marie De Smet de la firme Acme", ANYTIME, {"name": "Anne Marie De Smet", "company": "Acme"}),
        ("fr", "je suis Alex Doe d'Acme", Field.NAME, {"name": "Alex Doe"}),
        ("fr", "je suis Alex Doe de Acme", Field.NAME, {"name": "Alex Doe"}),
        ("fr", "je suis le CEO d'Orphée Bio", Field.NAME, {"company": "Orphée Bio"}),
        ("fr", "je travaille pour l'Institut Bio en Suisse", Field.NAME,
         {"company": "l'Institut Bio", "country": "CH"}),
        ("fr", "nous venons d'Italie", Field.NAME, {"country": "IT"}),
        ("fr", "notre société est basée en Suisse", Field.NAME, {"country": "CH"}),
        ("fr", "notre société est basée en suede et fait des tests", Field.NAME, {"country": "SE"}),
        ("fr", "notre société est basée à Genève", Field.NAME, {}),
        ("fr", "l'entreprise s'appelle Genoma et on est en Italie", Field.NAME, {"company": "Genoma", "country": "IT"}),
        ("fr", "l'e-mail c'est a@example.com et l'entreprise c'est l'Oréal", Field.NAME,
         {"email": "a@example.com", "company": "l'Oréal"}),
        ("fr", "Nom : Éva Lundé. Société : Bio Santé. Pays : Suède.", ANYTIME,
         {"name": "Éva Lundé", "company": "Bio Santé", "country": "SE"}),
        ("fr", "le nom est faux, je m'appelle John Smith", Field.COMPANY, {"name": "John Smith"}),
        ("fr", "le sujet est l'ouverture d'un labo à Bruxelles, avec bureaux", Field.CONFIRM,
         {"subject": "l'ouverture d'un labo à Bruxelles, avec bureaux"}),
        ("fr", "je suis belge", Field.NAME, {}),
        ("fr", "je suis à la recherche d'un labo en Belgique", ANYTIME, {}),
        ("fr", "je cherche un labo", Field.NAME, {}),
        ("nl", "ik ben Jan van den Berg van bij Acme NV in Nederland", ANYTIME,
         {"name": "Jan van den Berg", "company": "Acme NV", "country": "NL"}),
        ("nl", "ons bedrijf is gevestigd in Canada", Field.NAME, {"country": "CA"}),
        ("nl", "de naam is fout, ik heet Jan Peeters", Field.COMPANY, {"name": "Jan Peeters"}),
        ("en", "our company is based in Canada", Field.NAME, {"country": "CA"}),
        ("en", "our company is in Canada", Field.NAME, {"country": "CA"}),
        ("en", "our company is based in Geneva", Field.NAME, {}),
        ("en", "our company is called Genoma and we are in Italy", Field.NAME, {"company": "Genoma", "country": "IT"}),
        ("en", "the name is wrong, I'm John Smith", Field.COMPANY, {"name": "John Smith"}),
    ],
)  # fmt: skip
def test_found(language: str, text: str, asked: Field | None, expected: dict[str, str]) -> None:
    found = extract(clean(text), language, DETAILS, asked)
    assert {name.value: value for name, value in found.values.items()} == expected


def test_a_detail_that_is_called_wrong_takes_the_new_one() -> None:
    for language, text in (("fr", "le nom est faux, je m'appelle John Smith"), ("en", "wrong name, I'm John Smith")):
        found = extract(text, language, (), Field.COMPANY)
        assert (found.values, found.reopen) == ({Field.NAME: "John Smith"}, ())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("changer d'adresse e-mail", [Field.EMAIL]),
        ("changez l'entreprise", [Field.COMPANY]),
        ("le téléphone est incorrect", [Field.PHONE]),
    ],
)
def test_reopened(text: str, expected: list[Field]) -> None:
    assert list(extract(text, "fr", (), Field.CONFIRM).reopen) == expected


def test_phrases_before_an_apostrophe_are_stripped_like_others() -> None:
    assert strip_phrase("au nom d'Acme", words("fr")["employer_intros"]) == "Acme"
    assert strip_phrase("chez Acme", words("fr")["company_links"]) == "Acme"
    assert strip_phrase("chezmoi", words("fr")["company_links"]) == "chezmoi"


@pytest.mark.parametrize(
    ("text", "language", "code"),
    [("suede", "fr", "SE"), ("l'Allemagne", "fr", "DE"), ("d'Italie", "fr", "IT"), ("Etats-Unis", "fr", "US"),
     ("Français", "fr", "FR"), ("Côte d’Ivoire", "fr", "CI"), ("Italië", "nl", "IT"), ("italie", "nl", "IT"),
     ("Österreich", "en", "AT")],
)  # fmt: skip
def test_countries_with_and_without_accents_and_articles(text: str, language: str, code: str) -> None:
    assert countries.find(clean(text), language) == code


@pytest.mark.parametrize(
    ("text", "language", "answer"),
    [("oui, vous pouvez", "fr", True), ("oui, envoyez", "fr", True), ("tout est correct, merci", "fr", True),
     ("non, attendez", "fr", False), ("peut-être", "fr", None), ("oui, si vous effacez tout", "fr", None),
     ("maybe", "en", None), ("yes, if you delete it", "en", None), ("misschien", "nl", None),
     ("ja, doe maar", "nl", True)],
)  # fmt: skip
@pytest.mark.parametrize("intent", ["affirm", "nlu_fallback"])
def test_yes_or_no(text: str, language: str, answer: bool | None, intent: str) -> None:
    assert yes_or_no(Message(text, intent, 0.9, {}, {}), clean(text), language) is answer


def test_a_detail_is_declined_politely() -> None:
    assert says_only("pas de tel svp", "fr", "no_phone")
    assert says_only("no phone, thank you", "en", "no_phone")
    assert says_only("-", "en", "no_phone")
    assert not says_only("no phone yet, try +32 2 555 01 23", "en", "no_phone")


@pytest.mark.parametrize(
    ("text", "intent", "act"),
    [
        ("j'accepte tous les cookies", "consent_accept", ACCEPT_ALL),
        ("pas de cookies svp", "consent_refuse", REFUSE_ALL),
        ("statistiques oui mais pas d'entraînement", "consent_choose", Act({A: True, IMPROVE: False})),
        ("les fonctionnels mais pas les statistiques", "consent_choose", Act({F: True, A: False})),
        ("je veux seulement les statistiques", "consent_choose", Act({A: True}, rest=False)),
        ("je ne suis plus d'accord pour les statistiques", "consent_withdraw", withdraw(A)),
        ("peut-être plus tard", "consent_accept", None),
        ("est-ce que je devrais accepter ?", "consent_accept", None),
    ],
)
def test_cookie_choices(text: str, intent: str, act: Act | None) -> None:
    assert parse(Message(text, intent, 0.9, {}, {}), "fr") == act


@pytest.mark.parametrize("folder", [FOLDER, FOLDER.parents[1] / "consent" / "words"], ids=["contact", "consent"])
def test_every_language_has_the_same_lists(folder: Any) -> None:
    keys = {path.stem: set(yaml.safe_load(path.read_text(encoding="utf-8"))) for path in folder.glob("*.yml")}
    assert keys["en"] == keys["fr"] == keys["nl"]


def _said(text: str, told: str | None, understood: str | None) -> dict[str, Any]:
    parsed = {"understanding": {"language": understood}} if understood else {}
    return {"event": "user", "text": text, "metadata": {"language": told} if told else {}, "parse_data": parsed}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ([("hello", "en", "en")], "en"),
        ([("bonjour", "en", "fr")], "fr"),
        ([("bonjour", "en", "fr"), ("/affirm", "en", None)], "fr"),
        ([("bonjour", "en", "fr"), ("/help", "en", None), ("/affirm", "en", None)], "fr"),
        ([("bonjour", "en", "fr"), ("/affirm", "nl", None)], "nl"),
        ([("bonjour", None, "fr"), ("/affirm", None, None)], "fr"),
        ([("/open", "fr", None)], "fr"),
        ([("/open", None, None)], "en"),
    ],
)
def test_a_button_is_answered_in_the_language_typed_before(
    said: list[tuple[str, str | None, str | None]], expected: str, settings: Settings
) -> None:
    events = [_said(*turn) for turn in said]
    last = events[-1]
    latest = {"text": last["text"], "metadata": last["metadata"], **last["parse_data"]}
    tracker = Tracker("talk", {}, latest, events, False, None, {}, None)
    assert conversation.language(tracker, settings) == expected
