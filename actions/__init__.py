"""Custom actions: thin, one job a module; what they store is in ``records``."""
