"""The records of monthly reporting, one idea a file."""

from reports.models.cps import CpsAlias, CpsFile, CpsMapping, CpsRecord
from reports.models.evidence import Evidence
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
from reports.models.obstacles import Obstacle, ObstacleStep
from reports.models.register import ExpectedReport, Unlock
from reports.models.talk import MonthComment, Post, PostText

__all__ = [
    "Answer",
    "CpsAlias",
    "CpsFile",
    "CpsMapping",
    "CpsRecord",
    "Delivery",
    "Evidence",
    "ExpectedReport",
    "Flag",
    "MonthComment",
    "MonthlyReport",
    "Notice",
    "Obstacle",
    "ObstacleStep",
    "Post",
    "PostText",
    "ReportLine",
    "ReportVersion",
    "Review",
    "SubmittedLine",
    "Unlock",
]
