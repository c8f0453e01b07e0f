"""The project as a table for colleagues: written for spreadsheets, and read back as changes."""

from deckgen.table.applying import Applied, apply, import_table, write
from deckgen.table.exporting import Exported, export_csv, export_xlsx
from deckgen.table.importing import Change, Imported, New, Place, read_table

__all__ = [
    "Applied", "Change", "Exported", "Imported", "New", "Place", "apply", "export_csv",
    "export_xlsx", "import_table", "read_table", "write",
]
