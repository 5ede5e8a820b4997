"""French and Dutch rewritten word by word into English, for an encoder and a classifier that know English best."""

from engine.gloss.glossary import Glossary, glossary

__all__ = ["Glossary", "glossary"]
