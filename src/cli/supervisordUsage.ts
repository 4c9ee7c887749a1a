/** What `reeve supervisord -h` prints. */
export const supervisordUsage = `reeve supervisord: run what a supervisord configuration says, in supervisord's place.

Usage: reeve supervisord [options]

-c/--configuration FILE  the configuration (searched for in supervisord's places if not given)
-n/--nodaemon            stay in the foreground (as "nodaemon=true" in the file)
-s/--silent              in the foreground: do not show the log on standard output
-h/--help                print this and exit
-v/--version             print the version and exit
-u/--user USER           run as this user (name or uid)
-m/--umask UMASK         umask of the supervisor and its programs (octal, default 022)
-d/--directory DIR       directory to change to
-l/--logfile FILE        the main log
-y/--logfile_maxbytes N  size at which the main log is rotated (50MB, 1GB; 0: never)
-z/--logfile_backups N   old main logs to keep
-e/--loglevel LEVEL      critical, error, warn, info, debug, trace or blather
-j/--pidfile FILE        where the pid is written
-i/--identifier TEXT     the name by which clients and listeners know this supervisor
-q/--childlogdir DIR     directory of logs whose name is AUTO
-k/--nocleanup           keep AUTO logs of earlier runs
-a/--minfds N            open files that must be possible at least
-t/--strip_ansi          remove escape sequences from what programs print
--minprocs N             processes that must be possible at least
--profile_options LIST   accepted for compatibility; does nothing

Beyond supervisord:
--watch                  apply changes of the files when they are saved
--exit-when WHEN         end by itself, for containers: "fatal" stops everything and ends with 1 once
                         a program is FATAL; "all-exited" ends once nothing runs and nothing will, with
                         0 if all exits were expected, else 1

The state of a configuration is kept below /var/lib/reeve-supervisord (as root) or
~/.local/state/reeve/supervisord; REEVE_STATE_DIR names another directory.
`
