"""A request to go on in another language: "kan het in het Nederlands?", "English please", "Sprechen Sie Deutsch?"."""

from __future__ import annotations

import re
from typing import Optional

from engine.understanding.ngrams import folded

NAMES = {
    "en": "english anglais engels englisch ingles inglese",
    "fr": "french francais frans franzosisch frances francese",
    "nl": "dutch neerlandais nederlands flemish flamand vlaams niederlandisch olandese holandes hollands",
    "de": "german allemand duits deutsch aleman tedesco",
    "es": "spanish espagnol spaans spanisch espanol castellano spagnolo",
    "it": "italian italien italiaans italienisch italiano",
    "pt": "portuguese portugais portugees portugues",
    "pl": "polish polonais pools polski polsku",
    "tr": "turkish turc turks turkce",
    "ar": "arabic arabe arabisch",
    "zh": "chinese chinois chinees mandarin",
    "ja": "japanese japonais japans",
    "ru": "russian russe russisch",
}
"""What languages are called in the languages that visitors may write, without accents."""
_CUES = """
a answer be can change chat continue conversation could do go i in instead is it language like may me now of on ok or
please pls possible prefer rather reply speak speaking switch talk the this to understand us we will with would write
you your d
aub beter ben dit ga gesprek graag het ik is je kan kunnen kunt liever mag met mogelijk naar nu ook of om omschakelen
overschakelen praat praten schrijven spreek spreekt spreken taal te u uw verder gaan vraag wij wil wisselen willen zou
antwoord antwoorden antwoordt alstublieft alsjeblieft
aimerais au bot ca changer continuer conversation dans de en est ce et faire il je la langue le mieux moi nous on ou par
parle parler parlez passer peut peux possible plait plutot pourriez pouvez prefere prefererais que repondez repondre s
si stp svp te tu vous voudrais y
auf bitte fala falam habla hablan parlate ich konnen kann moglich parla parlate sie sprechen fala por favor mowi ktos po
"""
_WORD = re.compile(r"[^\W\d_]+")
_BY_NAME = {name: language for language, names in NAMES.items() for name in names.split()}
_CLOSED = frozenset(_CUES.split())


def requested(text: str) -> Optional[str]:
    """The language that ``text`` asks to speak, a two-letter code; None when it asks for anything else.

    Every word must be one such requests are made of: "is English enough for the dossier?" asks for something else.
    """
    words = _WORD.findall(folded(text))
    named = [_BY_NAME[word] for word in words if word in _BY_NAME]
    rest = [word for word in words if word not in _BY_NAME]
    return named[-1] if named and all(word in _CLOSED for word in rest) else None
