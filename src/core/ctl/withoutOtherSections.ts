/**
 * A configuration file without the sections that the client does not read, which may be a thousand, of which most are as plain as
 * can be: pairs at the beginning of their lines, comments, nothing else. Such a section has no fault and says nothing to it. All
 * others stay. The numbers of lines are others then: a fault is looked for in the whole file.
 */
export const withoutOtherSections = (text: string): string => text.replace(plainSection, "")

const head = /^\[(?!supervisorctl\]|DEFAULT\]|ctlplugin:)[^[\]\r\n]+\]\n/
const line = /(?:[A-Za-z_][\w.-]*[ \t]*[=:][^\r\n]*|[;#][^\r\n]*|)\n/
/** What is indented would continue a pair that is gone. */
const end = /(?=\[|(?![\s\S]))/

const plainSection = new RegExp(`${head.source}(?:${line.source})*${end.source}`, "gm")
