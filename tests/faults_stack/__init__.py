"""Faults of the whole stack: real processes that die, lock, lose or fill their disks."""
