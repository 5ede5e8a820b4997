"""Mail to the advisers: written to a folder (the local stand-in) or handed to a mail server."""

from __future__ import annotations

import os
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from records.clock import now
from records.errors import DeliveryFailed
from records.models import Contact, ErasureRequest
from records.outbox import Delivery, Sender
from records.store import Store
from settings import Settings

SECONDS = 10.0


def sender(settings: Settings) -> Sender:
    """The mail sender the settings ask for."""

    def send(store: Store, delivery: Delivery) -> None:
        message = compose(store, settings, delivery)
        if settings.mail == "smtp":
            _hand_over(settings, message)
        else:
            write(settings.var / "outbox", delivery.id, message)

    return send


def compose(store: Store, settings: Settings, delivery: Delivery) -> EmailMessage:
    """The mail for ``delivery``. Raises DeliveryFailed when the record it is about is gone."""
    with store.read() as session:
        row: Contact | ErasureRequest | None
        if delivery.about == "contact":
            row = session.get(Contact, delivery.about_id)
        else:
            row = session.get(ErasureRequest, delivery.about_id)
    if row is None:
        raise DeliveryFailed("the record is gone")
    message = EmailMessage()
    message["From"] = settings.mail_from
    message["Date"] = format_datetime(now())
    message["Message-ID"] = f"<{delivery.id}@{settings.mail_from.rpartition('@')[2]}>"
    message["X-Idempotency-Key"] = delivery.id
    if isinstance(row, Contact):
        message["To"] = settings.adviser_address
        message["Reply-To"] = row.email
        message["Subject"] = f"Contact request {row.reference}"
        message.set_content(_contact_text(row))
    else:
        message["To"] = settings.controller_contact
        message["Subject"] = f"Request to erase personal data {row.reference}"
        message.set_content(_erasure_text(row))
    return message


def write(folder: Path, name: str, message: EmailMessage) -> None:
    """Write ``message`` as ``name.eml`` in ``folder``, whole or not at all. Raises DeliveryFailed."""
    target = folder / f"{name}.eml"
    draft = folder / f".{name}.{os.getpid()}.draft"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(draft, "wb") as stream:
            stream.write(bytes(message))
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(draft, target)
    except OSError as error:
        raise DeliveryFailed(f"outbox folder: {error.strerror}") from error


def _hand_over(settings: Settings, message: EmailMessage) -> None:
    context = ssl.create_default_context()
    try:
        if settings.smtp_security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                settings.smtp_host, settings.smtp_port, timeout=SECONDS, context=context
            )
        else:
            server = smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=SECONDS)
        with server:
            if settings.smtp_security == "starttls":
                server.starttls(context=context)
            if settings.smtp_user:
                server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
            server.send_message(message)
    except (OSError, smtplib.SMTPException) as error:
        # The server's words may repeat addresses; the class is enough to act on.
        raise DeliveryFailed(f"mail server: {type(error).__name__}") from error


def _contact_text(row: Contact) -> str:
    lines = [
        f"Reference: {row.reference}",
        f"Name:      {row.name}",
        f"Company:   {row.company}",
        f"E-mail:    {row.email}",
        f"Phone:     {row.phone or '-'}",
        f"Country:   {row.country}",
        f"Language:  {row.language}",
        f"Channel:   {row.channel}",
        f"Received:  {row.created_at:%Y-%m-%d %H:%M} UTC",
        "",
        f"Subject:   {row.subject}",
    ]
    if row.question and row.question != row.subject:
        lines += ["", f"Question asked in the chat: {row.question}"]
    return "\n".join(lines) + "\n"


ASKED = {
    "person": "A visitor asked in the chat to be erased. The law allows one month to answer.",
    "conversation": "A visitor deleted this conversation, but a part of it could not be reached. It is tried again "
    "until it is done; if the request is still open tomorrow, delete it by hand (docs/consent.md).",
}
"""What a request to be erased asks of people, by its kind."""


def _erasure_text(row: ErasureRequest) -> str:
    return (
        f"Reference: {row.reference}\nReceived:  {row.created_at:%Y-%m-%d %H:%M} UTC\n"
        f"Conversation: {row.conversation}\nLanguage:  {row.language}\n\n{ASKED[row.kind]}\n"
    )
