"""What can go wrong in the records."""


class StoreDown(Exception):
    """The database could not be read or written: locked, read-only, full, gone. Nothing was stored."""


class KeyUsed(Exception):
    """A client's key already belongs to a record of somebody else. Nothing was stored."""


class DeliveryFailed(Exception):
    """A mail or webhook was not acknowledged by its receiver; it is tried again later."""
