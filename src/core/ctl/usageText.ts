/** What `-h` prints. */

export const usageText = (calledAs: string): string =>
  `supervisorctl -- control what runs under supervisord's protocol, from the command line

Usage: ${calledAs} [options] [action [arguments]]

Options:
-c/--configuration FILE -- configuration file (looked for in the usual places if not given)
-h/--help -- print this and exit
-i/--interactive -- ask before shutdown and reload, and for a login that the server wants
-s/--serverurl URL -- where the server listens, http://host:port or unix:///path
     (default "http://localhost:9001")
-u/--username NAME -- user name for the server
-p/--password PASSWORD -- password for the server
-r/--history-file FILE -- keep what is typed in the shell in this file

An action is a command such as "status", "tail" or "stop". Without one a shell starts that reads
actions line by line. The action "help" lists all of them.
`
