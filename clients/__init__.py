"""Command-line clients of the engine: one for scripts (``ask``), one for people (``chat``)."""
