"""A bare Flask page behind the same web server, to compare with: `python -m app.bench.bare PORT`."""

import sys

from flask import Flask

from app.launch.web import WebWishes, serve

PROCESSES = 2
THREADS = 8


def application() -> Flask:
    """One page that says hello, and nothing else."""
    bare = Flask(__name__)
    bare.add_url_rule("/", "hello", lambda: "<!doctype html><title>Hello</title><h1>Hello</h1>")
    return bare


if __name__ == "__main__":
    serve(application(), WebWishes("127.0.0.1", int(sys.argv[1]), PROCESSES, THREADS))
