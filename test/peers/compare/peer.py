"""Runs Debian's supervisorctl and Python's xmlrpc.client on request, each in a fork of its own with the modules loaded.

One JSON request a line on stdin, one JSON answer a line on stdout, in the order in which they end.
"""
import fcntl
import json
import os
import signal
import sys
import tempfile
import traceback
import xmlrpc.client

from supervisor import supervisorctl
from supervisor.xmlrpc import SupervisorTransport

ANSWERS = os.dup(1)
LOCK, LOCK_PATH = tempfile.mkstemp(prefix="reeve-peer-")
os.unlink(LOCK_PATH)


def answer(value):
    data = (json.dumps(value) + "\n").encode()
    fcntl.lockf(LOCK, fcntl.LOCK_EX)
    while data:
        data = data[os.write(ANSWERS, data):]
    fcntl.lockf(LOCK, fcntl.LOCK_UN)


def ctl(request):
    out, err, inp = tempfile.TemporaryFile(), tempfile.TemporaryFile(), tempfile.TemporaryFile()
    inp.write(request.get("stdin", "").encode())
    inp.seek(0)
    os.dup2(inp.fileno(), 0)
    os.dup2(out.fileno(), 1)
    os.dup2(err.fileno(), 2)
    sys.stdin = open(0, encoding="utf-8", closefd=False)
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False)
    sys.argv = ["supervisorctl"] + request["args"]
    os.chdir(request["directory"])
    code = 0
    try:
        supervisorctl.main(request["args"])
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else (0 if end.code is None else 1)
    except BaseException:
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    texts = []
    for stream in (out, err):
        stream.seek(0)
        texts.append(stream.read().decode("utf-8", "replace"))
    return {"stdout": texts[0], "stderr": texts[1], "code": code}


def plain(value):
    if isinstance(value, xmlrpc.client.Binary):
        return {"binary": value.data.decode("latin-1")}
    if isinstance(value, (list, tuple)):
        return [plain(member) for member in value]
    if isinstance(value, dict):
        return {key: plain(member) for key, member in value.items()}
    return value


def rpc(request):
    transport = SupervisorTransport(request.get("username"), request.get("password"), request["url"])
    server = xmlrpc.client.ServerProxy("http://127.0.0.1", transport=transport)
    results = []
    for method, params in request["calls"]:
        target = server
        for part in method.split("."):
            target = getattr(target, part)
        try:
            results.append({"value": plain(target(*params))})
        except xmlrpc.client.Fault as fault:
            results.append({"fault": [fault.faultCode, fault.faultString]})
        except xmlrpc.client.ProtocolError as error:
            results.append({"protocol": [error.errcode, error.errmsg]})
        except Exception as error:
            results.append({"error": "%s: %s" % (type(error).__name__, error)})
    return {"results": results}


def main():
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        request = json.loads(line)
        if os.fork() != 0:
            continue
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.alarm(60)
        try:
            result = ctl(request) if request["kind"] == "ctl" else rpc(request)
        except BaseException:
            result = {"failed": traceback.format_exc()}
        answer(dict(result, id=request["id"]))
        os._exit(0)


main()
