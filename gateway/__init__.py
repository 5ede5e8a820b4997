"""The public door: landing page with the chat, chat API, health and metrics."""
