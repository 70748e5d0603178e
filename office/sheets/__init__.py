"""Reading and writing the office's workbooks: safe, by words, every fault with its cell.

``read`` gives a ``Book`` whose rows keep their Excel positions; ``find_header`` finds headings by
their words; ``workbook`` writes files in which no text can become a formula; ``mark_problems`` hands
a refused workbook back with its bad cells marked.
"""

from office.sheets.cells import Bad, TextColumns, day, figure, has_total, is_note, is_total
from office.sheets.doubts import broken_words, heading_of, merged_figures, two_columns
from office.sheets.headers import Header, fields_of, find_header, header_at, heading_rows
from office.sheets.model import (
    Book,
    Problem,
    Sheet,
    WorkbookError,
    compact,
    job_number,
    letter,
    match_job,
    show,
    text,
)
from office.sheets.people import People, split_name
from office.sheets.reading import MAX_BYTES, read
from office.sheets.titles import lines_above, office_name
from office.sheets.unseen import unread, unseen
from office.sheets.writing import SheetSpec, mark_problems, pin, workbook, writable

__all__ = [
    "MAX_BYTES",
    "Bad",
    "Book",
    "Header",
    "People",
    "Problem",
    "Sheet",
    "SheetSpec",
    "TextColumns",
    "WorkbookError",
    "broken_words",
    "compact",
    "day",
    "fields_of",
    "figure",
    "find_header",
    "has_total",
    "header_at",
    "heading_of",
    "heading_rows",
    "is_note",
    "is_total",
    "job_number",
    "letter",
    "lines_above",
    "mark_problems",
    "match_job",
    "merged_figures",
    "office_name",
    "pin",
    "read",
    "show",
    "split_name",
    "text",
    "two_columns",
    "unread",
    "unseen",
    "workbook",
    "writable",
]
