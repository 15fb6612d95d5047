"""Running the service: a socket, the log, and a stop that finishes what was accepted."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from types import FrameType

import uvicorn
from fastapi import FastAPI

from isnad.access import LOG


class _Server(uvicorn.Server):
    """On SIGTERM or SIGINT it says so at /readyz, goes on for ``drain`` seconds so that a balancer can turn away, then takes
    no more connections and ends when every accepted request is answered. A second signal cuts the drain short."""

    def __init__(self, config: uvicorn.Config, app: FastAPI, drain: float) -> None:
        super().__init__(config)
        self.app, self.drain = app, drain

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        service = self.app.state.service
        first, service.is_stopping = not service.is_stopping, True
        if first and self.drain > 0:
            timer = threading.Timer(self.drain, super().handle_exit, (sig, frame))
            timer.daemon = True
            timer.start()
        else:
            super().handle_exit(sig, frame)


def run(app: FastAPI, host: str, port: int, drain: float = 0.0) -> None:
    """Serve until a signal; a request's log line goes to standard output."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(logging.Formatter("%(message)s"))
    LOG.handlers, LOG.propagate = [handler], False
    LOG.setLevel(logging.INFO)
    signal.signal(signal.SIGTERM, lambda *_: None)  # uvicorn, done, raises again what it caught: it was heeded, so end with 0
    config = uvicorn.Config(app, host=host, port=port, log_level="warning", access_log=False, timeout_keep_alive=30)
    _Server(config, app, drain).run()
