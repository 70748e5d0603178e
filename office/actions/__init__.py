"""Changes to the office: people, holidays, policy. Verbs; each checks, changes and records as one."""

from office.actions.accounts import set_password
from office.actions.holidays import confirm_holidays, remove_holiday, save_holiday, seed_holidays
from office.actions.news import read_news
from office.actions.policy import PolicyValues, change_policy
from office.actions.roles import grant_role
from office.actions.staff import import_staff

__all__ = [
    "PolicyValues",
    "change_policy",
    "confirm_holidays",
    "grant_role",
    "import_staff",
    "read_news",
    "remove_holiday",
    "save_holiday",
    "seed_holidays",
    "set_password",
]
