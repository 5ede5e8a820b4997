"""One module a channel. Each turns what it receives into a turn (``gateway.turns``) and renders the reply."""
