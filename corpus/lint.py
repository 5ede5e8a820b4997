"""Refuses too few examples, duplicates across intents and near-duplicates within an intent.

``python -m corpus.lint [language/file stem …]`` prints every finding and exits 1 if there is one. Two sentences of an
intent are near-duplicates when they have the same content words, or when their words overlap by 80 % or more (Jaccard).
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Iterator

from corpus.files import Example, nlu_examples

MIN_TOPIC = 30
MIN_UNCOVERED = 8
OVERLAP = 0.8
_FUNCTION_WORDS = {
    "en": """
a an the of in on at to for and or is are was be do does did i we you my our your it its this that there can could
would will would have has had with from by as me us please so what which how when where who why any some
""",
    "fr": """
un une des le la les l de du d en dans sur à au aux pour et ou est sont était être fait font je j nous vous on ma mon
mes notre nos votre vos il elle ce cet cette ces c y a peut peux pouvez pourrait avez avons ai ont avec par comme moi s
si que qu qui quoi quel quelle quels quelles comment quand où pourquoi se svp
""",
    "nl": """
een de het van in op aan te tot voor en of is zijn was waren ben doen doet ik we wij je jij jullie u mijn ons onze uw
jouw hij zij ze dit dat deze die er kan kunnen zou zal heeft hebben heb had met door als mij wat welke welk hoe wanneer
waar wie waarom om bij naar ook nog
""",
}
FUNCTION_WORDS = {language: frozenset(listed.split()) for language, listed in _FUNCTION_WORDS.items()}


def words(text: str) -> tuple[str, ...]:
    """The lower-case words of a sentence."""
    return tuple(re.findall(r"[\w+'-]+", text.lower()))


def findings(examples: list[Example]) -> Iterator[str]:
    """Every shortcoming as a line of text."""
    by_intent: dict[str, list[Example]] = defaultdict(list)
    seen: dict[tuple[str, ...], Example] = {}
    for example in examples:
        key = words(example.text)
        other = seen.setdefault(key, example)
        if other is not example and other.intent != example.intent:
            yield f"'{example.text}' is in {other.intent} and in {example.intent}"
        by_intent[example.intent].append(example)
    for intent, group in by_intent.items():
        wanted = MIN_UNCOVERED if intent.startswith("uncovered/") else MIN_TOPIC if "/" in intent else 1
        if len(group) < wanted:
            yield f"{intent}: {len(group)} examples, at least {wanted} wanted"
        yield from _near_duplicates(intent, group)


def _near_duplicates(intent: str, group: list[Example]) -> Iterator[str]:
    bags = [frozenset(words(example.text)) for example in group]
    contents = [bag - FUNCTION_WORDS[group[0].language] or bag for bag in bags]
    for second, bag in enumerate(bags):
        for first in range(second):
            same = contents[first] == contents[second] and len(contents[first]) > 2
            if bags[first] == bag or same or len(bags[first] & bag) >= OVERLAP * len(bags[first] | bag):
                yield f"{intent}: '{group[first].text}' and '{group[second].text}' are near-duplicates"


def main() -> int:
    """Print the findings; exit status 1 if there are any."""
    only = set(sys.argv[1:])
    found: list[str] = []
    examples: list[Example] = []
    for language in FUNCTION_WORDS:
        chosen = [e for e in nlu_examples(language) if not only or f"{language}/{e.path.stem}" in only]
        found += findings(chosen)
        examples += chosen
    print("\n".join(found) or f"corpus: {len(examples)} examples, no finding")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
