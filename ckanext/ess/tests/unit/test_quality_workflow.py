"""What runs elsewhere is what runs here: make targets, with as few rights as they need."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

import pytest
import yaml

from ckanext.ess.tests.installed import ROOT

WORKFLOW: dict[str, Any] = yaml.safe_load((ROOT / ".github" / "workflows" / "test.yml").read_text())
JOBS: dict[str, dict[str, Any]] = WORKFLOW["jobs"]
HOOKS = [
    hook
    for repository in yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    for hook in repository["hooks"]
]


def targets() -> set[str]:
    """Targets of the Makefile."""
    return set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))


@pytest.mark.parametrize("job", JOBS)
def test_jobs_run_make_targets(job: str):
    """A job checks out, gets a Python, and makes."""
    for step in JOBS[job]["steps"]:
        if "run" in step:
            assert step["run"].split()[0] == "make"
            assert step["run"].split()[1] in targets()


@pytest.mark.parametrize("job", JOBS)
def test_jobs_have_few_rights(job: str):
    """They may read the repository, keep no credentials, and end some time."""
    assert WORKFLOW["permissions"] == {}
    assert JOBS[job]["permissions"] == {"contents": "read"}
    assert JOBS[job]["timeout-minutes"] <= 60
    checkouts = [step for step in JOBS[job]["steps"] if step.get("uses", "").startswith("actions/checkout")]
    assert checkouts
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_actions_are_pinned():
    """To a commit, or to a major version of the platform's own actions."""
    used = {step["uses"] for job in JOBS.values() for step in job["steps"] if "uses" in step}
    assert all(re.fullmatch(r"actions/[\w-]+@([0-9a-f]{40}|v\d+)", name) for name in used)


def test_hooks_run_make_targets():
    """A commit is checked by the same commands as everything else."""
    assert {hook["entry"].split()[0] for hook in HOOKS} == {"make"}
    assert {hook["entry"].split()[1] for hook in HOOKS} <= targets()


def test_pre_commit_accepts_its_settings():
    """pre-commit's own reading of the file."""
    command = [sys.executable, "-m", "pre_commit", "validate-config", str(ROOT / ".pre-commit-config.yaml")]
    answer = subprocess.run(command, check=False, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stdout + answer.stderr
