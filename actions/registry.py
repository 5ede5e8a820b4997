"""All actions of the assistant."""

from __future__ import annotations

from actions.consent.ask import AskConsent
from actions.consent.log import LogConsent, ReadNotice, YesOrNo
from actions.consent.show import ShowConsent
from actions.contact.cancel import CancelContact
from actions.contact.form import ValidateContactForm
from actions.contact.submit import SubmitContact
from actions.context import Context
from actions.erasure import RequestErasure
from actions.safe import SafeAction

ACTIONS: tuple[type[SafeAction], ...] = (
    ValidateContactForm,
    SubmitContact,
    CancelContact,
    AskConsent,
    ReadNotice,
    LogConsent,
    YesOrNo,
    ShowConsent,
    RequestErasure,
)


def build(context: Context) -> list[SafeAction]:
    """One instance of each."""
    return [action(context) for action in ACTIONS]
