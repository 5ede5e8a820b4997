"""The details the contact form asks for, and what is said about each step."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Field(StrEnum):
    """One thing the form asks, in the order it asks; the value is the step's name in reply payloads."""

    NAME = "name"
    COMPANY = "company"
    EMAIL = "email"
    PHONE = "phone"
    COUNTRY = "country"
    SUBJECT = "subject"
    CONSENT = "consent"
    CONFIRM = "confirm"

    @property
    def slot(self) -> str:
        """The slot in the domain."""
        return "contact_confirmed" if self is Field.CONFIRM else f"contact_{self.value}"


DETAILS: Final = (Field.NAME, Field.COMPANY, Field.EMAIL, Field.PHONE, Field.COUNTRY, Field.SUBJECT)
"""What the person tells; the rest are decisions."""

FREE_TEXT: Final = frozenset({Field.NAME, Field.COMPANY, Field.SUBJECT})

BY_SLOT: Final = {field.slot: field for field in Field}

CHANGE: Final = "contact_change"
"""Value of ``requested_slot`` while the visitor is asked which detail to change; no slot has this name."""

SLOTS: Final = (*(field.slot for field in Field), "contact_question", "contact_attempts")
"""Every slot that holds something of a contact request."""
