"""What clients carry but cannot make or change: tokens of conversations and of persons, buttons, withdrawal forms."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass

from itsdangerous import BadData, SignatureExpired, TimestampSigner, URLSafeSerializer, URLSafeTimedSerializer

from gateway.conversation import Conversation

TOKEN = "conversation-token"
BUTTON = "button"
SUBJECT = "consent-subject"
WITHDRAWAL = "receipt-withdrawal"


class SealBroken(Exception):
    """Not made by us, or made for something else."""


class SealExpired(SealBroken):
    """Made by us, too long ago."""


@dataclass(frozen=True)
class Press:
    """A pressed button: ``payload`` goes to the engine, ``title`` is what the visitor read."""

    payload: str
    title: str


class Seals:
    """Signs and checks tokens and buttons with one secret key."""

    def __init__(self, key: bytes, seconds: int, clock: Callable[[], float] = time.time) -> None:
        """Tokens are valid for ``seconds``; ``clock`` gives the time in seconds since the epoch."""

        class Signer(TimestampSigner):
            def get_timestamp(self) -> int:
                return int(clock())

        self._seconds = seconds
        digest = {"digest_method": hashlib.sha256}
        self._tokens = URLSafeTimedSerializer(key, salt=TOKEN, signer=Signer, signer_kwargs=digest)
        self._buttons, self._subjects, self._withdrawals = (
            URLSafeSerializer(key, salt=salt, signer_kwargs=digest) for salt in (BUTTON, SUBJECT, WITHDRAWAL)
        )

    def token(self, conversation: Conversation) -> str:
        """The token that lets its holder speak in ``conversation``."""
        c = conversation
        return str(self._tokens.dumps([c.id, c.subject, c.language, c.channel]))

    def conversation(self, token: str, seconds: int | None = None) -> Conversation:
        """The conversation of ``token``. Raises SealExpired, or SealBroken if we did not make it.

        ``seconds`` is how old it may be, where that is not what tokens are usually good for.
        """
        try:
            parts = self._tokens.loads(token, max_age=self._seconds if seconds is None else seconds)
        except SignatureExpired as error:
            raise SealExpired from error
        except BadData as error:
            raise SealBroken from error
        return Conversation(*parts)

    def button(self, conversation: str, payload: str, title: str) -> str:
        """A button of one conversation, as the client sends it back."""
        return str(self._buttons.dumps([conversation, payload, title]))

    def press(self, conversation: str, button: str) -> Press:
        """What ``button`` stands for. Raises SealBroken for a forged one or one of another conversation."""
        try:
            owner, payload, title = self._buttons.loads(button)
        except BadData as error:
            raise SealBroken from error
        if owner != conversation:
            raise SealBroken("a button of another conversation")
        return Press(payload, title)

    def subject_token(self, subject: str) -> str:
        """The token with which a person's browser reads and changes the cookie choice of ``subject``; never expires."""
        return str(self._subjects.dumps(subject))

    def subject(self, token: str) -> str:
        """The pseudonym of ``token``. Raises SealBroken."""
        return _text(self._subjects, token)

    def withdrawal(self, receipt: str, subject: str) -> str:
        """What the form on the page of ``receipt`` carries: it lets its holder withdraw and nothing else."""
        return str(self._withdrawals.dumps([receipt, subject]))

    def withdrawer(self, receipt: str, form: str) -> str:
        """The pseudonym in ``form`` of the page of ``receipt``. Raises SealBroken."""
        try:
            owner, subject = self._withdrawals.loads(form)
        except BadData as error:
            raise SealBroken from error
        if owner != receipt:
            raise SealBroken("a form of another receipt")
        return str(subject)


def _text(seal: URLSafeSerializer, token: str) -> str:
    try:
        return str(seal.loads(token))
    except BadData as error:
        raise SealBroken from error
