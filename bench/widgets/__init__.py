"""Our chat widget beside others: see docs/peers.md."""
