"""Everything of ours that runs inside Rasa: graph components, replies, tracker store, channel."""
