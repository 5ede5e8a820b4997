"""``python -m records.verify_consents``: proves the consent ledger, or names the first broken record and exits 1.

Warnings, on stderr, do not change the verdict.
"""

from __future__ import annotations

import sys

from records.errors import StoreDown
from records.store import Store
from records.verify import verify
from settings import Settings


def main() -> int:
    """Print the verdict; 0 intact, 1 broken, 2 when the ledger cannot be read."""
    settings = Settings.load()
    store = Store(settings.database_url)
    try:
        verdict = verify(store, settings)
    except StoreDown as error:
        print(f"the ledger cannot be read: {error}", file=sys.stderr)
        return 2
    finally:
        store.close()
    for warning in verdict.warnings:
        print(f"warning: {warning}", file=sys.stderr)
    print(verdict.message)
    return 1 if verdict.problem else 0


if __name__ == "__main__":
    sys.exit(main())
