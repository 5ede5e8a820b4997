"""Benchmarks: understanding (``bench.nlu``), decision thresholds (``bench.thresholds``), load (``bench.load``)."""
