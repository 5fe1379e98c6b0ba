"""Runs the tools that judge the code, two at a time, and shows what each said when it failed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass

from launcher import environment
from launcher.django_commands import command
from launcher.place import PROJECT, RUN, Place
from launcher.programs import BIN


@dataclass(frozen=True, slots=True)
class Tool:
    """One judge, and what it is called for a person."""

    name: str
    argv: list[str]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a tool found."""

    tool: Tool
    passed: bool
    output: str
    seconds: float


def tool(name: str, program: str, *words: str) -> Tool:
    return Tool(name, [str(BIN / program), *words])


def django(name: str, *words: str) -> Tool:
    return Tool(name, command(*words))


def tools_environment() -> dict[str, str]:
    """Enough for Django to load. No server runs: what these commands judge is in the files."""
    place = Place(RUN / "check")
    place.make()
    nowhere = dict.fromkeys(environment.DATABASES, "postgres://nobody@127.0.0.1:1/none")
    return environment.tests(place, {**nowhere, "REDIS_URL": "redis://127.0.0.1:1/0"})


def judge(one: Tool, variables: Mapping[str, str]) -> Verdict:
    began = time.monotonic()
    done = subprocess.run(
        one.argv,
        cwd=PROJECT,
        env=dict(variables),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Verdict(one, done.returncode == 0, done.stdout, time.monotonic() - began)


def judge_all(tools: Iterable[Tool]) -> bool:
    """Run every tool even if one fails; says whether all passed."""
    variables = tools_environment()
    with ThreadPoolExecutor(max_workers=min(2, os.cpu_count() or 1)) as pool:
        waiting = [pool.submit(judge, one, variables) for one in tools]
        verdicts = [_show(future.result()) for future in as_completed(waiting)]
    failed = [verdict for verdict in verdicts if not verdict.passed]
    for verdict in failed:
        print(f"\n── {verdict.tool.name} ──\n{verdict.output.strip()}")
    names = ", ".join(verdict.tool.name for verdict in failed)
    print(f"\nFailed: {names}" if failed else f"\nAll {len(verdicts)} checks passed.")
    sys.stdout.flush()
    return not failed


def _show(verdict: Verdict) -> Verdict:
    mark = "passed" if verdict.passed else "FAILED"
    print(f"{mark}  {verdict.tool.name:32} {verdict.seconds:5.1f} s", flush=True)
    return verdict
