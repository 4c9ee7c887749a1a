"""Plays one session on a pseudo terminal: argv[1] is JSON {command, steps: [[awaited, typed], ...]}. Prints what appeared."""
import json
import os
import pty
import select
import signal
import sys
import time

play = json.loads(sys.argv[1])
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(play["command"][0], play["command"])
seen, position = b"", 0
deadline = time.time() + 40
for awaited, typed in play["steps"] + [[None, ""]]:
    ended = False
    while awaited is None or awaited.encode() not in seen[position:]:
        ready, _, _ = select.select([terminal], [], [], 0.2)
        if time.time() > deadline:
            os.kill(pid, signal.SIGKILL)
            ended = True
        elif ready:
            try:
                part = os.read(terminal, 65536)
            except OSError:
                part = b""
            seen += part
            ended = part == b""
        if ended:
            break
    if ended:
        break
    position = seen.index(awaited.encode(), position) + len(awaited.encode())
    os.write(terminal, typed.encode())
_, status = os.waitpid(pid, 0)
code = os.waitstatus_to_exitcode(status)
print(json.dumps({"code": code, "seen": seen.decode("utf-8", "replace")}))
