"""How a scenario ends: 0 passed, 1 failed, 77 skipped with the reason."""

import sys

from gateway import Failure
from otlp import data_folder


class Skip(Exception):
    """What is missing here."""


def need_data():
    folder = data_folder()
    if not folder:
        raise Skip("HEADGATE_DATA names no folder with the data")
    return folder


def run(scenario):
    try:
        scenario()
    except Skip as reason:
        print(f"skipped: {reason}")
        sys.exit(77)
    except Failure as failure:
        print(f"FAILED: {failure}", file=sys.stderr)
        sys.exit(1)
