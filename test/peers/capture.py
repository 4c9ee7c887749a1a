"""Runs supervisor's own POutputDispatcher over chunks: lines of JSON in (maxbytes, strip, chunks as latin-1), what came of them out."""
import json
import sys

from supervisor import events, loggers
from supervisor.dispatchers import POutputDispatcher
from supervisor.events import ProcessCommunicationStdoutEvent


class Logger:
    def __getattr__(self, name):
        return lambda *args, **kw: None


class Options:
    logger = Logger()
    loglevel = 100
    strip_ansi = False

    def __init__(self, chunks, strip):
        self.chunks = list(chunks)
        self.strip_ansi = strip

    def readfd(self, fd):
        return self.chunks.pop(0)

    def getLogger(self, *args):
        return loggers.getLogger(*args)


class Config:
    name = "p"
    stdout_logfile = None
    stdout_logfile_maxbytes = 0
    stdout_logfile_backups = 0
    stdout_syslog = False
    stdout_events_enabled = True
    stderr_events_enabled = False

    def __init__(self, options, maxbytes):
        self.options = options
        self.stdout_capture_maxbytes = maxbytes


class Process:
    pid = 1
    group = None

    def __init__(self, config):
        self.config = config


def run(case):
    options = Options([chunk.encode("latin-1") for chunk in case["chunks"]], case["strip"])
    told = []

    def hear(event):
        if isinstance(event, ProcessCommunicationStdoutEvent):
            told.append(["communication", event.data.decode("latin-1")])
        elif isinstance(event, events.ProcessLogStdoutEvent):
            told.append(["output", event.data.decode("latin-1")])

    events.callbacks[:] = [(events.Event, hear)]
    dispatcher = POutputDispatcher(Process(Config(options, case["maxbytes"])),
                                   ProcessCommunicationStdoutEvent, 0)
    while options.chunks:
        dispatcher.handle_read_event()
    return told


for line in sys.stdin:
    print(json.dumps(run(json.loads(line))))
