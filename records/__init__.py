"""Everything the assistant stores: contacts and their deliveries, cookie choices, tickets, requests to be erased."""

from records.migrate import migrate

__all__ = ["migrate"]
