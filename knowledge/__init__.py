"""What the assistant knows: topics, facts, places and their texts, read from the YAML files beside this module.

Runs in both environments (the engine's and everybody else's), so it needs only PyYAML and Babel.
"""

from knowledge.model import Area, Fact, Place, Source, Topic, Uncovered
from knowledge.store import Knowledge, KnowledgeError, load

__all__ = ["Area", "Fact", "Knowledge", "KnowledgeError", "Place", "Source", "Topic", "Uncovered", "load"]
