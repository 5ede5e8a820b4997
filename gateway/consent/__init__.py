"""Cookie choices made outside the chat: the consent API."""
