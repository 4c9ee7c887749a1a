"""Answers questions about XML-RPC texts, one JSON line each: Python's writer, and the reader of Debian's supervisord."""
import datetime
import json
import sys
import xmlrpc.client as client

from supervisor.xmlrpc import supervisor_xmlrpc_handler, xmlrpc_marshal


def untag(tagged):
    (kind, value), = tagged.items()
    if kind == "double":
        return float(value)
    if kind == "array":
        return [untag(item) for item in value]
    if kind == "struct":
        return {name: untag(item) for name, item in value}
    if kind == "date":
        return datetime.datetime.strptime(value, "%Y%m%dT%H:%M:%S")
    return value


def tag(value):
    if value is None:
        return {"nil": True}
    if isinstance(value, bool):
        return {"boolean": value}
    if isinstance(value, int):
        return {"int": value}
    if isinstance(value, float):
        return {"double": repr(value)}
    if isinstance(value, str):
        return {"string": value}
    if isinstance(value, (list, tuple)):
        return {"array": [tag(item) for item in value]}
    if isinstance(value, dict):
        return {"struct": [[name, tag(item)] for name, item in value.items()]}
    if isinstance(value, (datetime.datetime, client.DateTime)):
        text = value.strftime("%Y%m%dT%H:%M:%S") if isinstance(value, datetime.datetime) else str(value)
        return {"date": text}
    raise TypeError(type(value))


def answer(question):
    asked = question["ask"]
    if asked == "response":
        return xmlrpc_marshal(untag(question["value"]))
    if asked == "fault":
        return xmlrpc_marshal(client.Fault(question["code"], question["text"]))
    if asked == "call":
        return client.dumps(tuple(untag(value) for value in question["params"]), question["method"])
    if asked == "clientReads":
        try:
            return {"value": tag(client.loads(question["text"])[0][0])}
        except client.Fault as fault:
            return {"fault": [fault.faultCode, fault.faultString]}
        except Exception:
            return {"malformed": True}
    handler = supervisor_xmlrpc_handler.__new__(supervisor_xmlrpc_handler)
    try:
        params, method = handler.loads(question["text"])
    except Exception:
        return {"malformed": True}
    if not method:
        return {"noMethod": True}
    try:
        tagged = [tag(value) for value in params or ()]
    except Exception:
        return {"malformed": True}
    if '{"nil": true}' in json.dumps(tagged):
        return {"nil": True}
    return {"method": method, "params": tagged}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))))
