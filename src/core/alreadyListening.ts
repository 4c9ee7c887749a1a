/** What supervisord says to a second one (supervisord.md 7.8). */
export const alreadyListening =
  "Another program is already listening on a port that one of our HTTP servers is configured to use.  " +
  "Shut this program down first before starting supervisord."
