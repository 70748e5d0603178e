"""The records of monthly reporting, one idea a file."""

from reports.models.cps import CpsFile, CpsRecord
from reports.models.flags import Flag
from reports.models.monthly import (
    Answer,
    MonthlyReport,
    ReportLine,
    ReportVersion,
    Review,
    SubmittedLine,
)
from reports.models.notices import Delivery, Notice
from reports.models.register import ExpectedReport

__all__ = [
    "Answer",
    "CpsFile",
    "CpsRecord",
    "Delivery",
    "ExpectedReport",
    "Flag",
    "MonthlyReport",
    "Notice",
    "ReportLine",
    "ReportVersion",
    "Review",
    "SubmittedLine",
]
