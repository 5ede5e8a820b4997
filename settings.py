"""All settings, read from the environment (``ASSISTANT_…``) once by each process's entry."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import secrets
import sys
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PREFIX = "ASSISTANT_"


class Settings(BaseSettings):
    """The settings of every process. ``Settings.load()`` also fills in what is derived or generated."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    var: Path = Field(default=Path("var"), description="Folder for everything the assistant stores on disk.")
    database_url: str = Field(
        default="",
        description="SQLAlchemy URL of the records database. Default: SQLite at `records.db` in the `var` folder. "
        "PostgreSQL: `postgresql+psycopg://user:password@host/name`.",
    )
    tracker_url: str = Field(
        default="",
        description="SQLAlchemy URL of the engine's conversations. Default: SQLite at `tracker.db` in `var`. "
        "PostgreSQL: `postgresql://user:password@host/name`.",
    )
    secret: SecretStr = Field(
        default=SecretStr(""),
        description="Key that signs tokens and makes pseudonyms. Default: generated once into `secret` in `var`.",
    )
    engine_url: str = Field(default="http://127.0.0.1:5005", description="Address of the engine (Rasa).")
    actions_host: str = Field(
        default="127.0.0.1", description="Address the action server listens on. Keep it on loopback."
    )
    actions_port: int = Field(default=5055, ge=1, le=65535, description="Port of the action server.")
    actions_token: SecretStr = Field(
        default=SecretStr(""),
        description="Shared secret the engine sends to the action server as `X-Actions-Token`. "
        "Default: derived from `secret`. `-` switches the check off.",
    )
    action_budget_seconds: float = Field(default=5.0, gt=0, description="Longest time one action may take, in seconds.")
    gateway_host: str = Field(default="0.0.0.0", description="Address the gateway listens on.")
    gateway_port: int = Field(default=8080, ge=1, le=65535, description="Port of the gateway.")
    mail: Literal["file", "smtp"] = Field(
        default="file",
        description="How mail leaves: `file` writes `.eml` files under `outbox` in `var`, `smtp` sends it.",
    )
    mail_from: str = Field(default="assistant@example.com", description="Sender address of our mails.")
    smtp_host: str = Field(default="127.0.0.1", description="Mail server, with `mail=smtp`.")
    smtp_port: int = Field(default=587, ge=1, le=65535, description="Port of the mail server.")
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description="Encryption to the mail server."
    )
    smtp_user: str = Field(default="", description="User at the mail server; empty for none.")
    smtp_password: SecretStr = Field(default=SecretStr(""), description="Password at the mail server.")
    webhook_url: str = Field(
        default="", description="Address that receives each contact as signed JSON; empty for none."
    )
    webhook_secret: SecretStr = Field(
        default=SecretStr(""), description="Key that signs the webhook. Default: `secret`."
    )
    outbox_seconds: float = Field(
        default=5.0, gt=0, description="Seconds between two looks for mail and webhooks to send."
    )
    outbox_attempts: int = Field(
        default=10,
        ge=1,
        description="Failed attempts after which a delivery is marked `stuck` and retried only slowly.",
    )
    adviser_address: str = Field(
        default="adviser@example.com", description="Mail address that receives contact requests."
    )
    controller_name: str = Field(
        default="the organisation that runs this assistant",
        description="Data controller, as named in the privacy notices.",
    )
    controller_contact: str = Field(
        default="privacy@example.com", description="Where people reach the data controller."
    )
    consent_days: int = Field(default=180, ge=1, description="Days after which a cookie choice is asked again.")
    anchor_seconds: float = Field(
        default=600.0, gt=0, description="Seconds between two checks that the ledger is anchored."
    )
    log_format: Literal["console", "json"] = Field(default="console", description="Form of the log lines on stderr.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="Least severe level logged."
    )
    trusted_proxies: int = Field(
        default=0, ge=0, description="Reverse proxies in front of the gateway whose `X-Forwarded-For` is believed."
    )
    tls: bool = Field(default=False, description="Whether visitors reach the gateway by HTTPS (sends HSTS).")
    public_url: str = Field(
        default="",
        description="Address people reach the gateway at, such as `https://assistant.example.com`: used in receipts "
        "and in links between the page's languages. Default: `http://127.0.0.1:` and `gateway_port`.",
    )
    widget_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Web sites that may show the widget, as origins separated by commas "
        "(`https://www.example.com,https://example.org`), or `*` for all. The gateway's own pages always may.",
    )
    engine_seconds: float = Field(default=20.0, gt=0, description="Longest time to wait for a reply of the engine.")
    rate_limit_per_minute: int = Field(default=30, ge=1, description="Messages one visitor may send in a minute.")
    message_max_chars: int = Field(default=1000, ge=1, description="Longest message accepted, in characters.")
    languages: Annotated[tuple[str, ...], NoDecode] = Field(
        default=("en", "fr", "nl"), description="Languages served, separated by commas; the first is the default."
    )

    encoder_source: str = Field(
        default="", description="Folder of another sentence encoder to build and use; empty for the one we ship."
    )

    @field_validator("languages", "widget_origins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip().strip("\"'") for part in value.strip("[]").split(",") if part.strip())
        return value

    @classmethod
    def load(cls) -> Self:
        """Read the environment, create ``var`` and the secret where they are missing.

        Raises pydantic's ValidationError for a wrong value and OSError when ``var`` cannot be written.
        """
        settings = cls()
        var = settings.var.resolve()
        var.mkdir(mode=0o700, parents=True, exist_ok=True)
        secret = settings.secret.get_secret_value() or read_or_create_secret(var / "secret")
        token = settings.actions_token.get_secret_value()
        return settings.model_copy(
            update={
                "var": var,
                "secret": SecretStr(secret),
                "database_url": settings.database_url or f"sqlite:///{var / 'records.db'}",
                "public_url": (settings.public_url or f"http://127.0.0.1:{settings.gateway_port}").rstrip("/"),
                "tracker_url": settings.tracker_url or f"sqlite:///{var / 'tracker.db'}",
                "actions_token": SecretStr("" if token == "-" else token or _derive(secret, "actions-token")),
                "webhook_secret": SecretStr(settings.webhook_secret.get_secret_value() or _derive(secret, "webhook")),
            }
        )

    def keyed(self, purpose: str) -> bytes:
        """A key of its own for ``purpose`` (32 bytes), derived from ``secret``."""
        return bytes.fromhex(_derive(self.secret.get_secret_value(), purpose))

    def engine_environment(self) -> dict[str, str]:
        """Variables the engine's process needs from us: for ``endpoints.yml``'s ``${…}``, and the languages."""
        return {
            f"{PREFIX}LANGUAGES": ",".join(self.languages),
            f"{PREFIX}ACTIONS_TOKEN": self.actions_token.get_secret_value(),
            f"{PREFIX}ACTIONS_URL": f"http://{self.actions_host}:{self.actions_port}/webhook",
            f"{PREFIX}TRACKER_URL": self.tracker_url,
        }


def read_or_create_secret(path: Path) -> str:
    """The secret kept at ``path``; made on first use so that processes starting together agree on one."""
    if not path.exists():
        draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w") as stream:
                stream.write(secrets.token_hex(32))
                stream.flush()
                os.fsync(stream.fileno())
            with contextlib.suppress(FileExistsError):  # another process was first: its secret counts
                os.link(draft, path)
        finally:
            draft.unlink()
    return path.read_text().strip()


def documentation() -> str:
    """The text of ``docs/settings.md``: one row a setting. ``python -m settings > docs/settings.md`` writes it."""
    rows = []
    for name, field in Settings.model_fields.items():
        default = field.default.get_secret_value() if isinstance(field.default, SecretStr) else field.default
        shown = ",".join(default) if isinstance(default, tuple) else str(default)
        rows.append(f"| `{PREFIX}{name.upper()}` | {f'`{shown}`' if shown else ''} | {field.description} |")
    return "\n".join(
        [
            "# Settings",
            "",
            "Every setting is an environment variable, read once when a process starts.",
            "This page is written by `python -m settings > docs/settings.md`.",
            "",
            "| variable | default | meaning |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )


def _derive(secret: str, purpose: str) -> str:
    return hmac.new(secret.encode(), purpose.encode(), hashlib.sha256).hexdigest()


if __name__ == "__main__":
    sys.stdout.write(documentation())
