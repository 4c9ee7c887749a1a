import * as Result from "effect/Result"
import { assert, describe, it } from "vitest"
import { getopt } from "../../../src/core/getopt.ts"
import { parseEnvironment } from "../../../src/core/ini/environmentList.ts"
import { type IniFile, readIniFile } from "../../../src/core/ini/IniFile.ts"
import { namesOf, percentFormat } from "../../../src/core/ini/percentFormat.ts"
import { shellWords } from "../../../src/core/shellWords.ts"
import { ask, many, oneOf, type Random, random } from "../python.ts"

const sectionNames = [
  "program:a",
  "a.b",
  "DEFAULT",
  "x y",
  "__proto__",
  "group:g",
  "1",
  "a\\.b",
  "k[]"
]
const keys = ["command", "Command", "a.b", "k[]", "__proto__", "x y", "constructor", "é", "~k"]
const atoms = [
  ..."ab=:;#[]'\"\\%$~.,",
  " ",
  "  ",
  "\t",
  " ;",
  " #",
  ";#",
  "true",
  "null",
  "é",
  "\u00a0",
  "\u0085",
  "\u2028",
  "\u{1f600}",
  "\x0b",
  "\x1c"
]

const text = (next: Random, most: number): string => many(next, most, () => oneOf(next, atoms))

const line = (next: Random): string => {
  const indent = oneOf(next, ["", "", "", "", " ", "  ", "\t", "\u00a0"])
  const tail = next(4) === 0 ? oneOf(next, [" ;c", " #c", "\t; c", ";c", "  "]) : ""
  switch (next(12)) {
    case 0:
    case 1:
      return `${indent}[${oneOf(next, sectionNames)}]${tail}`
    case 2:
      return `${indent}${oneOf(next, [";", "#"])}${text(next, 4)}`
    case 3:
      return oneOf(next, ["", "", " ", "\t"])
    case 4:
    case 5:
      return `${oneOf(next, ["  ", "    ", "\t"])}${text(next, 5)}`
    case 6:
      return next(6) === 0 ? `${indent}${text(next, 4)}` : ""
    default: {
      const delimiter = oneOf(next, ["=", "=", "=", ":", " = ", " : "])
      return `${indent}${oneOf(next, keys)}${delimiter}${text(next, 6)}${tail}`
    }
  }
}

const iniFile = (next: Random): string => {
  const first = next(20) === 0 ? "" : `[${oneOf(next, sectionNames)}]\n`
  const lineBreak = oneOf(next, ["\n", "\n", "\n", "\r\n", "\r"])
  const body = many(next, 14, () => line(next) + lineBreak)
  return next(4) === 0 ? first + body + line(next) : first + body
}

const plain = (values: ReadonlyMap<string, { readonly text: string }> | undefined) =>
  Object.fromEntries([...(values ?? [])].map(([key, value]) => [key, value.text]))

/** In the form of Python's answer. */
const ours = (file: IniFile) => {
  const sections = [...file.sections.values()].filter(({ name }) => name !== "DEFAULT")
  return {
    ok: {
      sections: Object.fromEntries(sections.map(({ name, values }) => [name, plain(values)])),
      order: sections.map(({ name }) => name),
      defaults: plain(file.sections.get("DEFAULT")?.values)
    }
  }
}

/** ASCII only, so that a case can be read and copied. */
const shown = (text: string): string =>
  JSON.stringify(text).replace(
    /[^ -~]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`
  )

const outcome = <A>(result: Result.Result<A, string>): unknown =>
  Result.isSuccess(result) ? { ok: result.success } : { error: result.failure }

describe("the ini dialect beside Python's", () => {
  it("reads random files as configparser does, errors included", () => {
    const next = random(1)
    const files = Array.from({ length: 3000 }, () => iniFile(next))
    const answers = ask(files.map((ini) => ({ ini, file: "/x/y.ini" })))
    let good = 0
    for (const [index, file] of files.entries()) {
      const read = Result.map(readIniFile(file, "/x/y.ini"), ours)
      const mine = Result.isSuccess(read) ? read.success : { error: read.failure.message }
      if (Result.isSuccess(read)) good += 1
      assert.deepEqual(mine, answers[index], shown(file))
    }
    assert.strictEqual(answers.length, 3000)
    assert.isAbove(good, 600, "files without an error")
    assert.isBelow(good, 2900, "files without an error")
  })

  it("formats expressions as Python does, errors included", () => {
    const next = random(2)
    const names = { name: "web", n: 7, minus: -3, "a(b)c": "x", e: "é\u{1f600}", big: 123456 }
    const directives = [
      ...[
        "%(name)",
        "%(n)",
        "%(minus)",
        "%(a(b)c)",
        "%(e)",
        "%(big)",
        "%(nope)",
        "%(name",
        "%",
        "%%"
      ],
      ...["-", "0", " ", "+", "#", "5", "2", ".2", ".", "*", "l", "hh", "x y", "é"],
      ...[
        "s",
        "s",
        "d",
        "d",
        "i",
        "u",
        "x",
        "X",
        "o",
        "c",
        "r",
        "a",
        "f",
        "e",
        "g",
        "G",
        "E",
        "Y",
        "%"
      ]
    ]
    const texts = Array.from({ length: 6000 }, () =>
      next(3) === 0
        ? many(next, 7, () => oneOf(next, directives))
        : oneOf(next, directives.slice(0, 7)) +
          many(next, 3, () => oneOf(next, directives.slice(10, 21))) +
          oneOf(next, directives.slice(24))
    )
    const answers = ask(texts.map((format) => ({ format, names })))
    let good = 0
    let refused = 0
    for (const [index, format] of texts.entries()) {
      const result = percentFormat(format, namesOf(new Map(Object.entries(names))))
      // The whole mapping as text: the one thing that reeve refuses.
      if (JSON.stringify(result).includes("needs a name")) {
        refused += 1
        continue
      }
      if (Result.isSuccess(result)) good += 1
      const mine = Result.isSuccess(result)
        ? { ok: result.success }
        : result.failure.kind === "unknown"
          ? { unknown: result.failure.name }
          : { error: result.failure.reason }
      assert.deepEqual(mine, answers[index], shown(format))
    }
    assert.isAbove(good, 1500, "formats without an error")
    assert.isBelow(refused, 1500, "formats that were not compared")
  })

  it("reads command lines as getopt does, errors included", () => {
    const next = random(6)
    const pieces = [
      ...["-n", "-nc", "-c", "-cx", "-cn", "--", "-", "x", "--no", "--nod", "--nodaemon", "--log"],
      ...["--logfile", "--logfile=", "--logfile=a=b", "--logfile_x", "--logfile_x=1", "-:", "-é"],
      ...["--=", "--nodaemon=", "--c", "", "-h?", "--logfile_m", "---"]
    ]
    const long = ["nodaemon", "configuration=", "logfile=", "logfile_maxbytes=", "logfile_x", "not"]
    const lines = Array.from({ length: 4000 }, () =>
      Array.from({ length: next(5) }, () => oneOf(next, pieces))
    )
    const answers = ask(lines.map((args) => ({ args, short: "h?c:n", long })))
    let good = 0
    for (const [index, args] of lines.entries()) {
      const result = getopt(args, "h?c:n", long)
      if (Result.isSuccess(result)) good += 1
      assert.deepEqual(outcome(result), answers[index], JSON.stringify(args))
    }
    assert.isAbove(good, 800, "command lines without an error")
    assert.isBelow(good, 3500, "command lines without an error")
  })

  it("splits commands into words as shlex does, errors included", () => {
    const next = random(3)
    const pieces = [
      "a",
      "b c",
      " ",
      "\t",
      "\n",
      "'",
      '"',
      "\\",
      "#x",
      "$H",
      "''",
      '""',
      "\\\n",
      "é"
    ]
    const texts = Array.from({ length: 3000 }, () => many(next, 9, () => oneOf(next, pieces)))
    const answers = ask(texts.map((split) => ({ split })))
    for (const [index, split] of texts.entries()) {
      assert.deepEqual(outcome(shellWords(split)), answers[index], shown(split))
    }
  })

  it("reads environment= as Debian's supervisor does", () => {
    const next = random(4)
    const pieces = [
      ...["A", "B=", "=", "C=1", ",", ", ", " ", "\n", "'", '"', "'x y'", '"1,2"', "#c", "\\", "%"],
      ...["http://x:80/y", "a-b.c", "(", "@", "$HOME", "é", ";", "''", "D='z'"]
    ]
    const texts = Array.from({ length: 4000 }, () => {
      const pair = () => `${oneOf(next, ["A", "B", "C-1"])}=${oneOf(next, pieces)}`
      return next(2) === 0
        ? many(next, 8, () => oneOf(next, pieces))
        : [pair(), pair(), pair()].slice(next(3)).join(oneOf(next, [",", ", ", ";", " x "]))
    })
    const answers = ask(texts.map((environment) => ({ environment })))
    let good = 0
    for (const [index, environment] of texts.entries()) {
      const result = parseEnvironment(environment)
      if (Result.isSuccess(result)) good += 1
      const mine = outcome(Result.map(result, (variables) => Object.fromEntries(variables)))
      assert.deepEqual(mine, answers[index], shown(environment))
    }
    assert.isAbove(good, 1000, "texts without an error")
  })
})
