/** `/stylesheets/supervisor.css`: reeve's own, for the class names that supervisord's pages have. */
export const stylesheet = `body { margin: 0; font: 14px/1.5 system-ui, sans-serif; color: #222; background: #f6f6f4; }
#wrapper { max-width: 70rem; margin: 0 auto; padding: 1rem; }
#header { font-size: 1.5rem; padding: 0.5rem 0 1rem; }
#buttons, td ul { list-style: none; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: 0.5rem; }
#buttons { margin-bottom: 1rem; }
form { margin: 0; }
button, #buttons a { font: inherit; color: inherit; background: #fff; border: 1px solid #bbb; border-radius: 3px; }
button, #buttons a { padding: 0.1rem 0.6rem; cursor: pointer; text-decoration: none; }
button:hover, #buttons a:hover { border-color: #555; }
table { width: 100%; border-collapse: collapse; background: #fff; }
th, td { text-align: left; padding: 0.4rem 0.6rem; border-bottom: 1px solid #ddd; vertical-align: top; }
tr.shade { background: #fafaf8; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: #fff; border: 1px solid #ddd; padding: 0.6rem; }
.status_msg { background: #fff7d6; border: 1px solid #e2cf7a; padding: 0.4rem 0.6rem; margin-bottom: 1rem; }
.status span { border-radius: 3px; padding: 0.1rem 0.5rem; color: #fff; }
.statusrunning { background: #2c7a3f; }
.statuserror { background: #b3261e; }
.statusnominal { background: #6b6b6b; }
`
