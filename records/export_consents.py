"""``python -m records.export_consents RECEIPT-OR-SUBJECT``: everything the ledger holds of one person, as JSON."""

from __future__ import annotations

import json
import sys

from records.errors import StoreDown
from records.export import export, subject_of
from records.store import Store
from settings import Settings


def main(arguments: list[str]) -> int:
    """Print the export; 0 done, 1 nothing found, 2 when the ledger cannot be read or the call is wrong."""
    if len(arguments) != 1:
        print("usage: python -m records.export_consents RECEIPT-OR-SUBJECT", file=sys.stderr)
        return 2
    settings = Settings.load()
    store = Store(settings.database_url)
    try:
        found = export(store, settings, subject_of(store, arguments[0]))
    except StoreDown as error:
        print(f"the ledger cannot be read: {error}", file=sys.stderr)
        return 2
    finally:
        store.close()
    if found is None:
        print("the ledger holds nothing of that receipt or subject", file=sys.stderr)
        return 1
    print(json.dumps(found, ensure_ascii=False, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
