"""What a spreadsheet's files say: CSV and .xlsx into sheets of cells, and back."""

from deckgen.workbook.cells import Cell, Grid, Sheet, Sort, address
from deckgen.workbook.delimited import Reading, read_csv, write_csv
from deckgen.workbook.excel import is_excel, read_xlsx, write_xlsx

__all__ = [
    "Cell", "Grid", "Reading", "Sheet", "Sort", "address", "is_excel", "read_csv", "read_xlsx",
    "write_csv", "write_xlsx",
]
