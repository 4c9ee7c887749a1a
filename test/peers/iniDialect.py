"""Reads lines of JSON from stdin, each one question about Python's own rules; answers each with a line of JSON.

{"ini": text, "file": name}     what configparser makes of it, as supervisord uses it
{"format": text, "names": {}}   text % names
{"environment": text}           supervisord's grammar of environment= (where supervisord is installed)
{"split": text}                 shlex.split
{"args": [], "short": text, "long": []}   getopt.getopt
"""
import configparser
import getopt
import io
import json
import shlex
import sys

try:
    from supervisor.datatypes import dict_of_key_value_pairs
except ImportError:
    dict_of_key_value_pairs = None


def ini(question):
    parser = configparser.RawConfigParser(strict=False, inline_comment_prefixes=(";", "#"))
    # As a file opened for text: every kind of line break becomes one.
    source = io.TextIOWrapper(io.BytesIO(question["ini"].encode()), encoding="utf-8")
    parser.read_file(source, question["file"])
    sections = {name: dict(parser._sections[name]) for name in parser._sections}
    return {"sections": sections, "order": list(sections), "defaults": dict(parser._defaults)}


def answer(question):
    if "ini" in question:
        return ini(question)
    if "format" in question:
        return question["format"] % question["names"]
    if "args" in question:
        options, rest = getopt.getopt(question["args"], question["short"], question["long"])
        return {"options": options, "rest": rest}
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
