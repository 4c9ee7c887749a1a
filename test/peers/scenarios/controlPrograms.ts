/** The programs that clients are tried on: of every kind of start, stop and end. */
import { config } from "../compare/Stage.ts"

export const controlPrograms = config(`
[program:cat]
command=/bin/cat
[program:manual]
command=/bin/sleep 1000
autostart=false
[program:slow]
command=/bin/sleep 1000
autostart=false
startsecs=2
[program:stubborn]
command=/usr/bin/python3 -c "import signal,time; signal.signal(15, signal.SIG_IGN); print('up', flush=True); time.sleep(1000)"
autostart=false
stopwaitsecs=3
[program:missing]
command=nosuchcmd
autostart=false
startretries=1
[program:gone]
command=nosuchcmd
startretries=1
[program:badquote]
command=/bin/sh -c "foo
autostart=false
[program:directory]
command=/tmp
autostart=false
[program:plain]
command=DIR/s.conf
autostart=false
[program:quick]
command=/bin/sh -c "exit 1"
autostart=false
startretries=2
[program:once]
command=/bin/sh -c "sleep 1.3; exit 0"
autostart=false
[program:seven]
command=/bin/sh -c "sleep 1.3; exit 7"
autostart=false
autorestart=false
[program:blind]
command=/bin/sleep 1000
autostart=false
stdout_logfile=NONE
stderr_logfile=NONE
[program:many]
command=/bin/sleep 1000
process_name=%(program_name)s_%(process_num)02d
numprocs=3
[program:g1]
command=/bin/sleep 1000
autostart=false
[program:g2]
command=/bin/sleep 1000
autostart=false
priority=5
[group:grp]
programs=g1,g2
`)
