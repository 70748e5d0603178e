"""What keeps periodic work safe on any broker: no task with a date, every one known by its name."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import current_app

from config.schedule import SCHEDULE
from tests.faults.conftest import ROOT

APPS = ("config", "office", "plans", "reports", "meetings", "appraisals")
DATED = {"eta", "countdown", "expires", "apply_at"}
SOURCES = [
    path for app in APPS for path in sorted((ROOT / app).rglob("*.py")) if "migrations" not in path.parts
]
TASKS = [path for path in SOURCES if path.name == "tasks.py"]


def calls(path: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))


def name_of(node: ast.expr) -> str:
    return ast.unparse(node).rpartition(".")[2]


def decorated(path: Path) -> Iterator[tuple[ast.FunctionDef, ast.expr]]:
    """Functions that are Celery tasks, each with the decorator that makes it one."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef):
            for decorator in node.decorator_list:
                bare = decorator.func if isinstance(decorator, ast.Call) else decorator
                if name_of(bare) in ("shared_task", "task"):
                    yield node, decorator


@pytest.fixture(scope="module")
def registered():
    current_app.loader.import_default_modules()
    return current_app.tasks


def test_there_are_sources_to_look_at():
    assert len(SOURCES) > 100
    assert {path.parent.name for path in TASKS} >= {"office", "reports", "meetings"}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_task_waits_for_a_date_or_dies_of_one(path):
    """A date further than the broker's visibility timeout runs twice; one that expires may never run."""
    dated = [ast.unparse(call) for call in calls(path) if DATED & {word.arg for word in call.keywords}]
    assert dated == []


@pytest.mark.parametrize("path", TASKS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_task_says_its_name_and_bears_arguments_of_tomorrow(path):
    """A message sent by another version of the code still finds its task."""
    for function, decorator in decorated(path):
        assert isinstance(decorator, ast.Call), function.name
        names = [ast.literal_eval(word.value) for word in decorator.keywords if word.arg == "name"]
        assert names == [f"{path.parent.name}.{function.name}"]
        assert function.args.kwarg is not None, function.name


def test_tasks_stand_in_tasks_modules_only():
    assert [str(path) for path in SOURCES if path not in TASKS for _ in decorated(path)] == []


@pytest.mark.parametrize("entry", SCHEDULE.values(), ids=SCHEDULE)
def test_what_is_scheduled_exists_and_needs_nothing(registered, entry):
    task = registered[entry["task"]]
    inspect.signature(task.run).bind()
    assert set(entry) <= {"task", "schedule"}


def test_what_is_sent_by_name_exists(registered):
    sent = {
        ast.literal_eval(call.args[0])
        for path in SOURCES
        for call in calls(path)
        if name_of(call.func) in ("later", "_send", "send_task") and isinstance(call.args[0], ast.Constant)
    }
    assert sent
    assert sent <= set(registered)
