"""Tell the demo's year: import, submit, check, accept, each at the instant at which it would have happened."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

from django.contrib.auth.hashers import make_password
from django.db import transaction

from config.demo import story
from meetings.actions import make_meetings
from office import access, demo_accounts, sheets, staff_workbook
from office.access import Actor
from office.actions import grant_role, import_staff
from office.calendar import Month, add_working_days, at, day_of, fiscal_months, fiscal_span, previous_working_day
from office.enums import Role
from office.models import Office, Person
from office.queries import holidays_of
from plans.actions import import_plan
from plans.models import ReportingMonth
from plans.queries import reporting_month
from reports.actions import compliance
from reports.actions.drafts import save_draft
from reports.actions.results_import import import_results
from reports.actions.reviews import accept, send_back
from reports.actions.submissions import submit
from reports.enums import Breach, ReportState
from reports.models import Flag, MonthlyReport
from reports.results_file import ResultsFile

DATA = Path(__file__).resolve().parent.parent.parent / "office" / "demo"
Say = Callable[[str], None]
