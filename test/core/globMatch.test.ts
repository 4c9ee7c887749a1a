import { assert, describe, it } from "vitest"
import { compileGlobs } from "../../src/core/globMatch.ts"
import { literalGlob } from "../../src/core/literalGlob.ts"

const matches = (pattern: string, path: string): boolean =>
  compileGlobs(pattern).some((glob) => glob.matches(path))

const mayHold = (pattern: string, directory: string): boolean =>
  compileGlobs(pattern).some((glob) => glob.mayHold(directory))

describe("a pattern of paths", () => {
  it("means what people expect of it", () => {
    const cases: ReadonlyArray<readonly [pattern: string, path: string, does: boolean]> = [
      ["/p/src/**", "/p/src/a.ts", true],
      ["/p/src/**", "/p/src/deep/er/a.ts", true],
      ["/p/src/**", "/p/src", false],
      ["/p/src/**", "/p/srcs/a.ts", false],
      ["/p/src/*", "/p/src/a.ts", true],
      ["/p/src/*", "/p/src/deep/a.ts", false],
      ["/p/**/*.ts", "/p/a.ts", true],
      ["/p/**/*.ts", "/p/x/y/a.ts", true],
      ["/p/**/*.ts", "/p/x/y/a.js", false],
      ["/p/**/lib/**", "/p/lib/a", true],
      ["/p/**/lib/**", "/p/x/lib/y/a", true],
      ["/p/src", "/p/src/a.ts", true],
      ["/p/src", "/p/src", true],
      ["/p/config.json", "/p/config.json", true],
      ["/p/?.ts", "/p/a.ts", true],
      ["/p/?.ts", "/p/ab.ts", false],
      ["/p/[ab].ts", "/p/b.ts", true],
      ["/p/[!ab].ts", "/p/b.ts", false],
      ["/p/[!ab].ts", "/p/c.ts", true],
      ["/p/*.{ts,tsx}", "/p/a.tsx", true],
      ["/p/{src,lib}/**/*.{js,ts}", "/p/lib/x/a.js", true],
      ["/p/{src,lib}/**/*.{js,ts}", "/p/bin/a.js", false],
      ["/p/a{b}", "/p/a{b}", true],
      ["/p/\\*.ts", "/p/*.ts", true],
      ["/p/\\*.ts", "/p/a.ts", false],
      ["/p/a.ts", "/p/abts", false],
      ["/p/[z-a]", "/p/z", false],
      ["/p/{a,b{c,d}}/*", "/p/bd/x", true],
      ["/p/{a/x,b}/*", "/p/a/x/y", true],
      ["/p//src/**/", "/p/src/a", true],
      ["/p/*x", "/p/a\nx", true],
      ["/p/src/**", "/p/src/a\nb", true]
    ]
    for (const [pattern, path, does] of cases) {
      assert.strictEqual(matches(pattern, path), does, `${pattern} ${path}`)
    }
  })

  it("matches names that begin with a dot only where it has the dot", () => {
    assert.isFalse(matches("/p/**", "/p/.git/index"))
    assert.isFalse(matches("/p/*", "/p/.env"))
    assert.isFalse(matches("/p/{*,b}", "/p/.env"))
    assert.isTrue(matches("/p/{.env,b}", "/p/.env"))
    assert.isTrue(matches("/p/.env", "/p/.env"))
    assert.isTrue(matches("/p/.*", "/p/.env"))
    assert.isTrue(matches("/p/**/.env", "/p/a/.env"))
  })

  it("has no other syntax: what else stands in a name means itself", () => {
    for (const name of [
      "(a|b)",
      "+(a)",
      "@(a)",
      "!(a)",
      '"a"',
      "a{1,2",
      "a{2}",
      "a+",
      "^a$",
      "#a"
    ]) {
      assert.isTrue(matches(`/p/${name}`, `/p/${name}`), name)
      assert.isTrue(matches(`/p/${name}/*.ts`, `/p/${name}/x.ts`), name)
      assert.isTrue(mayHold(`/p/${name}*/x`, `/p/${name}`), name)
      assert.isFalse(matches(`/p/${name}*`, "/p/a"), name)
      assert.isFalse(matches(`/p/${name}*`, "/p/aa"), name)
    }
  })

  it("takes a backslash behind a backslash by its name, however many there are", () => {
    assert.isTrue(matches("/p/*/\\\\\\\\", "/p/a/\\\\"))
    assert.isTrue(matches("/p/a\\\\*", "/p/a\\b"))
    assert.isFalse(matches("/p/a\\\\*", "/p/ab"))
    assert.isFalse(matches("/", "/p"))
    assert.isFalse(matches(`/p/*${"x".repeat(70_000)}`, "/p/x"))
  })

  it("says where to look, and which directories need no look", () => {
    assert.deepEqual(
      compileGlobs("/p/{src,lib}/**").map(({ base }) => base),
      ["/p/src", "/p/lib"]
    )
    assert.deepEqual(
      compileGlobs("/p/src/a.ts").map(({ base }) => base),
      ["/p/src"]
    )
    assert.isTrue(mayHold("/p/src/*/x.ts", "/p/src/deep"))
    assert.isFalse(mayHold("/p/src/*/x.ts", "/p/src/deep/er"))
    assert.isTrue(mayHold("/p/src/**/x.ts", "/p/src/deep/er"))
    assert.isFalse(mayHold("/p/src/**", "/p/src/.cache"))
    assert.isTrue(mayHold("/p/src/**", "/p"))
    assert.isFalse(mayHold("/p/src/**", "/q"))
  })

  it("takes a directory with special characters by its name", () => {
    const directory = "/p/[x] {a,b}*"
    const pattern = `${literalGlob(directory)}/*.ts`
    assert.isTrue(matches(pattern, `${directory}/a.ts`))
    assert.isFalse(matches(pattern, "/p/x/a.ts"))
    assert.deepEqual(
      compileGlobs(pattern).map(({ base }) => base),
      [directory]
    )
  })

  it("takes its braces as they are where they stand for too many", () => {
    assert.lengthOf(compileGlobs(`/p/${"{a,b}".repeat(20)}`), 1)
  })
})
