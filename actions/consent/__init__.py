"""The cookie choice in the chat."""
