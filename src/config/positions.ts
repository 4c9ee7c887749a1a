/**
 * Finds where in a file the user wrote a value: from the define… call, along the path, to the property in the literal.
 * It follows what can be read off the text (literals, shorthand, constants of the same file and their spreads); where a
 * value is computed it stays at the last property that it found. It never evaluates anything.
 */
import * as acorn from "acorn"

export interface Position {
  readonly line: number
  readonly column: number
}

export interface Located extends Position {
  /**
   * "value": the property at fault. "near": the property that holds it. "call": the define… call, because the value
   * cannot be traced further.
   */
  readonly at: "value" | "near" | "call"
}

/** A parsed file; made once for all questions about it. */
export interface SourceText {
  /** `call`: where the define… call stands, line and column from 1. */
  readonly locate: (call: Position, path: ReadonlyArray<string | number>) => Located
  /** The name of the function called there ("defineProgram"); null: it cannot be read off. */
  readonly calleeAt: (call: Position) => string | null
  readonly importOf: (specifier: string) => Position | null
  /** The only `throw` of something that is not made by `new` there; null: none or several. */
  readonly bareThrow: () => Position | null
  readonly firstAwait: () => Position | null
  /** The only loop there that has no end of its own; null: none or several. */
  readonly endlessLoop: () => Position | null
  /** The only call there of a function with one of these names; null: none or several. */
  readonly onlyCall: (names: ReadonlyArray<string>) => Position | null
}

/** `script`: the text without types (os/stripTypes.ts). Null when it cannot be parsed. */
export const parseSource = (script: string): SourceText | null => {
  const program = parse(script)
  if (program === null) return null
  const nodes = [...everyNode(program)]
  const index: Index = { calls: callsOf(nodes), constants: constantsOf(nodes) }
  return {
    locate: (call, path) => locate(index, call, path),
    calleeAt: (call) => {
      const found = index.calls.get(placeOf(call))
      return found === undefined ? null : calleeName(found)
    },
    importOf: (specifier) => positionOf(nodes.find((node) => isImportOf(node, specifier))),
    bareThrow: () =>
      onlyOne(
        nodes.filter(
          (node) => node.type === "ThrowStatement" && node.argument.type !== "NewExpression"
        )
      ),
    firstAwait: () => positionOf(nodes.find((node) => node.type === "AwaitExpression")),
    endlessLoop: () => onlyOne(nodes.filter(isEndless)),
    onlyCall: (names) =>
      onlyOne(
        nodes.filter(
          (node) => node.type === "CallExpression" && names.includes(calleeName(node) ?? "")
        )
      )
  }
}

/** Where and why a script cannot be parsed; null: it can. */
export const syntaxError = (script: string): (Position & { readonly message: string }) | null => {
  try {
    acorn.parse(script, options)
    return null
  } catch (error) {
    if (!(error instanceof SyntaxError) || !("loc" in error)) return null
    const { loc } = error
    if (loc === null || typeof loc !== "object" || !("line" in loc) || !("column" in loc))
      return null
    const { line, column } = loc
    if (typeof line !== "number" || typeof column !== "number") return null
    return { line, column: column + 1, message: error.message.replace(/ \(\d+:\d+\)$/, "") }
  }
}

const options: acorn.Options = {
  ecmaVersion: "latest",
  sourceType: "module",
  locations: true,
  allowHashBang: true
}

const parse = (script: string): acorn.Program | null => {
  try {
    return acorn.parse(script, options)
  } catch {
    return null
  }
}

type Nodes = ReadonlyArray<acorn.AnyNode>

function* everyNode(node: acorn.Node): Generator<acorn.AnyNode> {
  if (isAnyNode(node)) yield node
  for (const member of Object.values(node)) {
    for (const child of Array.isArray(member) ? member : [member]) {
      if (isNode(child)) yield* everyNode(child)
    }
  }
}

const isNode = (value: unknown): value is acorn.Node =>
  value !== null && typeof value === "object" && "type" in value && "start" in value

/** Every node that acorn makes is one of its union. */
const isAnyNode = (node: acorn.Node): node is acorn.AnyNode => node.type !== ""

const positionOf = (node: acorn.Node | undefined): Position | null =>
  node?.loc ? { line: node.loc.start.line, column: node.loc.start.column + 1 } : null

const onlyOne = (found: Nodes): Position | null =>
  found.length === 1 ? positionOf(found[0]) : null

/** `for (;;)`, `while (true)`: a condition that cannot become false. */
const isEndless = (node: acorn.AnyNode): boolean => {
  if (node.type === "ForStatement" && !node.test) return true
  return (
    (node.type === "ForStatement" ||
      node.type === "WhileStatement" ||
      node.type === "DoWhileStatement") &&
    node.test?.type === "Literal" &&
    Boolean(node.test.value)
  )
}

const isImportOf = (node: acorn.AnyNode, specifier: string): boolean =>
  (node.type === "ImportDeclaration" ||
    node.type === "ImportExpression" ||
    node.type === "ExportNamedDeclaration" ||
    node.type === "ExportAllDeclaration") &&
  node.source?.type === "Literal" &&
  node.source.value === specifier

/** Made once a file: a file may hold thousands of definitions, and each may be at fault. */
interface Index {
  /** By where the callee, or its last name, starts: that is what a stack frame tells. The innermost call wins. */
  readonly calls: ReadonlyMap<string, acorn.CallExpression>
  /** What a name stands for everywhere in the file; a name with several meanings is not among them. */
  readonly constants: ReadonlyMap<string, acorn.Node>
}

const placeOf = ({ line, column }: Position): string => `${line}:${column}`

const callsOf = (nodes: Nodes): Index["calls"] => {
  const calls = new Map<string, acorn.CallExpression>()
  for (const node of nodes) {
    if (node.type !== "CallExpression") continue
    const { callee } = node
    const places = callee.type === "MemberExpression" ? [callee, callee.property] : [callee]
    for (const place of places) {
      const position = positionOf(place)
      if (position !== null) calls.set(placeOf(position), node)
    }
  }
  return calls
}

const constantsOf = (nodes: Nodes): Index["constants"] => {
  const constants = new Map<string, acorn.Node>()
  const meanings = new Map<string, number>()
  const means = (name: string) => meanings.set(name, (meanings.get(name) ?? 0) + 1)
  for (const node of nodes) {
    if (node.type === "VariableDeclaration") {
      for (const { id, init } of node.declarations) {
        if (id.type !== "Identifier" || !init || node.kind !== "const") continue
        constants.set(id.name, init)
      }
    }
    for (const name of namesBoundBy(node)) means(name)
  }
  for (const [name, count] of meanings) if (count > 1) constants.delete(name)
  return constants
}

const namesBoundBy = (node: acorn.AnyNode): ReadonlyArray<string> => {
  switch (node.type) {
    case "VariableDeclarator":
      return namesIn(node.id)
    case "FunctionDeclaration":
    case "FunctionExpression":
    case "ArrowFunctionExpression":
      return node.params.flatMap(namesIn)
    default:
      return []
  }
}

const namesIn = (pattern: acorn.Pattern): ReadonlyArray<string> => {
  switch (pattern.type) {
    case "Identifier":
      return [pattern.name]
    case "ObjectPattern":
      return pattern.properties.flatMap((property) =>
        namesIn(property.type === "RestElement" ? property.argument : property.value)
      )
    case "ArrayPattern":
      return pattern.elements.flatMap((element) => (element === null ? [] : namesIn(element)))
    case "RestElement":
      return namesIn(pattern.argument)
    case "AssignmentPattern":
      return namesIn(pattern.left)
    case "MemberExpression":
      return []
  }
}

const locate = (
  index: Index,
  position: Position,
  path: ReadonlyArray<string | number>
): Located => {
  let value: acorn.Node | undefined = index.calls.get(placeOf(position))?.arguments[0]
  let found: Position | null = null
  let depth = 0
  for (; depth < path.length && value !== undefined; depth++) {
    const key = path[depth]
    const member = key === undefined ? null : memberOf(index, value, key, 0)
    if (member === null) break
    found = positionOf(member.place) ?? found
    value = member.value
  }
  if (found === null || path.length === 0) return { ...position, at: "call" }
  return { ...found, at: depth === path.length ? "value" : "near" }
}

const calleeName = ({ callee }: acorn.CallExpression): string | null => {
  if (callee.type === "Identifier") return callee.name
  return callee.type === "MemberExpression" && callee.property.type === "Identifier"
    ? callee.property.name
    : null
}

interface Member {
  /** What to point at: the key, or the element. */
  readonly place: acorn.Node
  readonly value: acorn.Node
}

/** Chains of constants are followed this far; longer ones are no help to a reader. */
const mostSteps = 16

const memberOf = (
  index: Index,
  holder: acorn.Node,
  key: string | number,
  steps: number
): Member | null => {
  const node = constantValue(index, holder, steps)
  if (node === null || steps > mostSteps) return null
  if (node.type === "ArrayExpression") return elementOf(node, Number(key))
  if (node.type !== "ObjectExpression") return null
  for (const property of node.properties.toReversed()) {
    if (property.type === "SpreadElement") {
      const inner = memberOf(index, property.argument, key, steps + 1)
      if (inner !== null) return inner
    } else if (keyOf(property) === String(key)) {
      return { place: property.key, value: property.value }
    }
  }
  return null
}

const elementOf = (array: acorn.ArrayExpression, index: number): Member | null => {
  const before = array.elements.slice(0, index + 1)
  const element = array.elements[index]
  if (element === undefined || element === null) return null
  // After a spread nobody knows which element is which.
  if (before.some((other) => other?.type === "SpreadElement")) return null
  return { place: element, value: element }
}

const keyOf = (property: acorn.Property): string | null => {
  if (property.computed) return null
  if (property.key.type === "Identifier") return property.key.name
  return property.key.type === "Literal" ? String(property.key.value) : null
}

/** The literal behind a name. */
const constantValue = (index: Index, node: acorn.Node, steps: number): acorn.AnyNode | null => {
  if (!isAnyNode(node) || steps > mostSteps) return null
  if (node.type === "ParenthesizedExpression") {
    return constantValue(index, node.expression, steps + 1)
  }
  if (node.type === "MemberExpression") return constantMember(index, node, steps)
  if (node.type !== "Identifier") return node
  const meaning = index.constants.get(node.name)
  return meaning === undefined ? null : constantValue(index, meaning, steps + 1)
}

const constantMember = (
  index: Index,
  node: acorn.MemberExpression,
  steps: number
): acorn.AnyNode | null => {
  if (node.computed || node.property.type !== "Identifier") return null
  const member = memberOf(index, node.object, node.property.name, steps + 1)
  return member === null ? null : constantValue(index, member.value, steps + 1)
}
