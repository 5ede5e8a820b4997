"""What a visitor says to leave the details, one message a step."""

from __future__ import annotations

from tests.faults_stack.house import House, Visitor, last

OPENING = "I want to leave my contact details"
NAME, COMPANY, EMAIL = "Alex Doe", "Doe Biotech", "alex@doebiotech.com"
QUESTION, TOPIC = "How long does approval of a clinical trial take?", "clinical-trials/approval-timelines"
STEPS = {
    "name": OPENING,
    "company": NAME,
    "email": COMPANY,
    "phone": EMAIL,
    "country": "no phone",
    "subject": "Belgium",
    "consent": "Lab space for ten people",
    "confirm": "yes",
}
"""The step that is asked after each message."""


def fill(speaker: Visitor | tuple[House, str], upto: str, after: str = "") -> None:
    """Say what leads from the step ``after`` (the beginning by default) to the step ``upto``."""
    steps = list(STEPS)
    begin = steps.index(after) + 1 if after else 0
    for step in steps[begin : steps.index(upto) + 1]:
        if isinstance(speaker, Visitor):
            replies = speaker.say(STEPS[step])
        else:
            house, conversation = speaker
            replies = house.say(STEPS[step], conversation)
        assert last(replies) == {"type": "contact", "step": step}, (STEPS[step], replies)
