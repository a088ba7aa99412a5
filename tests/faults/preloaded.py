"""Imported once by the process that the workers of these tests are forked from."""

import importlib

from app import create_app, scheduler, worker
from app.dispatch import schedule as of_dispatch
from app.support import schedule as of_support

for module in worker.JOB_MODULES:
    importlib.import_module(module)

__all__ = ["create_app", "of_dispatch", "of_support", "scheduler"]
