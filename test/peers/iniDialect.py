"""Reads lines of JSON from stdin, each one question about Python's own rules; answers each with a line of JSON.

{"ini": text, "file": name}     what configparser makes of it, as supervisord uses it
{"format": text, "names": {}}   text % names
{"environment": text}           supervisord's grammar of environment= (where supervisord is installed)
{"split": text}                 shlex.split
{"config": text, "names": {}}   supervisord's groups and processes (where supervisord is installed)
"""
import configparser
import io
import json
import shlex
import sys

try:
    from supervisor.datatypes import (
        Automatic,
        RestartUnconditionally,
        RestartWhenExitUnexpected,
        dict_of_key_value_pairs,
    )
    from supervisor.options import ServerOptions
except ImportError:
    Automatic = dict_of_key_value_pairs = None


def ini(question):
    parser = configparser.RawConfigParser(strict=False, inline_comment_prefixes=(";", "#"))
    # As a file opened for text: every kind of line break becomes one.
    source = io.TextIOWrapper(io.BytesIO(question["ini"].encode()), encoding="utf-8")
    parser.read_file(source, question["file"])
    sections = {name: dict(parser._sections[name]) for name in parser._sections}
    return {"sections": sections, "order": list(sections), "defaults": dict(parser._defaults)}


def config(question):
    options = ServerOptions()
    options.configfile = "/conf/s.ini"
    options.here = "/conf"
    options.environ_expansions = {"ENV_" + name: value for name, value in question["names"].items()}
    # What it finds by itself goes into this object.
    options.configroot = Root()
    section = options.read_config(io.StringIO(question["config"]))
    return [
        {
            "name": group.name,
            "priority": group.priority,
            "processes": [process(one) for one in group.process_configs],
        }
        for group in section.process_group_configs
    ]


class Root:
    class supervisord:
        pass


WORDS = {Automatic: "auto", None: "none"}


def process(one):
    return {
        "name": one.name,
        "command": one.command,
        "directory": one.directory,
        "environment": one.environment,
        "umask": one.umask,
        "uid": one.uid,
        "priority": one.priority,
        "start": [one.autostart, one.startsecs, one.startretries],
        "restart": {
            RestartWhenExitUnexpected: "unexpected",
            RestartUnconditionally: "always",
            False: "never",
        }[one.autorestart],
        "stop": [int(one.stopsignal), one.stopwaitsecs, one.stopasgroup, one.killasgroup],
        "exitcodes": one.exitcodes,
        "stdout": [
            WORDS.get(one.stdout_logfile, one.stdout_logfile) or "none",
            one.stdout_logfile_maxbytes,
            one.stdout_logfile_backups,
            one.stdout_syslog,
        ],
        "stderr": "stdout" if one.redirect_stderr else [
            WORDS.get(one.stderr_logfile, one.stderr_logfile) or "none",
            one.stderr_logfile_maxbytes,
            one.stderr_logfile_backups,
            one.stderr_syslog,
        ],
    }


def answer(question):
    if "ini" in question:
        return ini(question)
    if "format" in question:
        return question["format"] % question["names"]
    if "config" in question:
        return config(question)
    if "split" in question:
        return shlex.split(question["split"])
    if dict_of_key_value_pairs is None:
        return None
    return dict_of_key_value_pairs(question["environment"])


sys.stdin.reconfigure(encoding="utf-8")
sys.stdout.reconfigure(encoding="utf-8")

for line in sys.stdin:
    question = json.loads(line)
    try:
        found = {"ok": answer(question)}
    except KeyError as unknown:
        found = {"unknown": unknown.args[0]}
    except Exception as error:
        found = {"error": str(error)}
    # Not escaped: JSON.parse of Node 26 takes the key "\u00e9" for one that was "\\" in an object parsed before.
    print(json.dumps(found, ensure_ascii=False))
