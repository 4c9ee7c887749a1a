"""Reads lines of JSON from stdin, each a configuration; answers each with what supervisord makes of it.

{"files": {path: text}, "args": [], "names": {}}   supervisord's command line and the files that it finds

Everything of the machine that a configuration could depend on is as the test says; the rest is supervisord's own code.
"""
import configparser
import fnmatch
import glob
import io
import json
import os
import platform
import sys
import tempfile

from supervisor import options as module
from supervisor.datatypes import (
    Automatic,
    InetStreamSocketConfig,
    RestartUnconditionally,
    RestartWhenExitUnexpected,
)
from supervisor.events import EventTypes

DIRECTORIES = {"/", "/conf", "/tmp", "/root", "/site"}
FILES = {}


class Refused(Exception):
    pass


class Options(module.ServerOptions):
    def usage(self, msg):
        raise Refused(str(msg))

    def exists(self, path):
        return os.path.normpath(os.path.join("/site", path)) in FILES

    def open(self, path, mode="r"):
        return opened(path)

    def drop_privileges(self, user):
        raise AssertionError("not for a test")


def opened(path, encoding=None):
    text = FILES.get(os.path.normpath(os.path.join("/site", path)))
    if text is None:
        raise FileNotFoundError(path)
    # As a file opened for text: every kind of line break becomes one.
    file = io.TextIOWrapper(Named(text.encode()), encoding="utf-8")
    file.buffer.name = path
    return file


class Named(io.BytesIO):
    name = ""


def found(pattern):
    head, tail = os.path.split(pattern)
    for path in FILES:
        directory, name = os.path.split(path)
        if directory == os.path.normpath(head) and fnmatch.fnmatchcase(name, tail):
            yield os.path.join(head, name)


configparser.open = opened
glob.glob = lambda pattern: list(found(pattern))
os.path.isdir = lambda path: os.path.normpath(os.path.join("/site", path)) in DIRECTORIES if path else False
os.getcwd = lambda: "/site"
os.getuid = lambda: 0
os.environ.clear()
os.environ["HOME"] = "/root"
platform.node = lambda: "vm"
tempfile.tempdir = "/tmp"
module.poller.Poller = lambda options: None

EVENTS = {value: name for name, value in vars(EventTypes).items() if name.isupper()}
LEVELS = {50: "critical", 40: "error", 30: "warn", 20: "info", 10: "debug", 5: "trace", 3: "blather"}
WORDS = {Automatic: "auto", None: "none"}


def configuration(question):
    FILES.clear()
    FILES.update(question["files"])
    options = Options()
    options.environ_expansions = {"ENV_" + name: value for name, value in question["names"].items()}
    options.realize(question["args"], doc="", progname="supervisord")
    for name, factory, extras in options.rpcinterface_factories if options.server_configs else []:
        try:
            factory(None, **extras)
        except TypeError:
            raise Refused("Could not make %s rpc interface" % name)
    if options.uid is None:
        options.set_uid_or_exit()
    return {
        "settings": settings(options),
        "servers": [server(config) for config in options.server_configs],
        "rpcInterface": "supervisor" in [name for name, _, _ in options.rpcinterface_factories],
        "messages": [
            ["critical", *options.parse_criticals],
            ["warn", *options.parse_warnings],
            ["info", *options.parse_infos],
        ],
        "serverUrl": options.serverurl,
        "groups": first_of_each(options.process_group_configs),
    }


def settings(options):
    user = None if options.uid is None else [options.uid, options.gid]
    directory = options.directory
    return {
        "logfile": options.logfile,
        "logfileMaxBytes": max(0, options.logfile_maxbytes),
        "logfileBackups": max(0, options.logfile_backups),
        "loglevel": LEVELS[options.loglevel],
        "pidfile": options.pidfile,
        "nodaemon": bool(options.nodaemon),
        "silent": bool(options.silent),
        "minfds": options.minfds,
        "minprocs": options.minprocs,
        "nocleanup": bool(options.nocleanup),
        "stripAnsi": bool(options.strip_ansi),
        "umask": options.umask & 0o777,
        "directory": directory if directory is None else os.path.join("/site", directory),
        "user": user,
        "identifier": options.identifier,
        "childlogdir": os.path.normpath(os.path.join("/site", options.childlogdir)),
    }


def server(config):
    common = [config["section"], config["username"], config["password"]]
    if "port" in config:
        return [*common, config["host"], config["port"]]
    return [*common, config["file"], config["chmod"], list(config["chown"])]


def first_of_each(configs):
    groups = {}
    for one in configs:
        groups.setdefault(one.name, group(one))
    return list(groups.values())


def group(one):
    processes = {}
    for config in one.process_configs:
        # The last one of a name is what runs.
        processes.pop(config.name, None)
        processes[config.name] = process(config)
    return {
        "name": one.name,
        "priority": one.priority,
        "processes": list(processes.values()),
        "listener": [one.buffer_size, sorted(EVENTS[event] for event in one.pool_events)]
        if hasattr(one, "pool_events")
        else None,
        "socket": socket(one.socket_config) if hasattr(one, "socket_config") else None,
    }


def socket(config):
    if isinstance(config, InetStreamSocketConfig):
        return [config.host, config.port, config.backlog]
    return [config.path, config.mode, list(config.owner) if config.owner else None, config.backlog]


def process(one):
    return {
        "name": one.name,
        "command": one.command,
        "directory": one.directory,
        "environment": one.environment,
        "umask": None if one.umask is None else one.umask & 0o777,
        "uid": one.uid,
        "priority": one.priority,
        "start": [one.autostart, max(0, one.startsecs), max(0, one.startretries)],
        "restart": {
            RestartWhenExitUnexpected: "unexpected",
            RestartUnconditionally: "always",
            False: "never",
        }[one.autorestart],
        "stop": [int(one.stopsignal), max(0, one.stopwaitsecs), one.stopasgroup, one.killasgroup],
        "exitcodes": one.exitcodes,
        "serverurl": one.serverurl or None,
        "stdout": sink(one, "stdout"),
        "stderr": "stdout" if one.redirect_stderr else sink(one, "stderr"),
    }


def sink(one, stream):
    def get(key):
        return getattr(one, "%s_%s" % (stream, key))

    return [
        WORDS.get(get("logfile"), get("logfile")) or "none",
        max(0, get("logfile_maxbytes")),
        max(0, get("logfile_backups")),
        get("syslog"),
        max(0, get("capture_maxbytes")),
        get("events_enabled"),
    ]


sys.stdin.reconfigure(encoding="utf-8")
sys.stdout.reconfigure(encoding="utf-8")

for line in sys.stdin:
    question = json.loads(line)
    try:
        answer = {"ok": configuration(question)}
    except Refused as refusal:
        answer = {"error": str(refusal)}
    except Exception as error:
        answer = {"crash": "%s: %s" % (type(error).__name__, error)}
    # Not escaped: JSON.parse of Node 26 takes the key "\u00e9" for one that was "\\" in an object parsed before.
    print(json.dumps(answer, ensure_ascii=False))
