/**
 * Walks through an XML document and folds each element into one value when it closes. Strict: what is not well-formed is
 * refused, and so is a DOCTYPE, so that no entity can be declared; the five predefined ones and character references remain.
 * Depth and number of nodes are limited while reading, before anything is built.
 */
import sax from "sax"

export interface XmlLimits {
  /** Characters of the document. */
  readonly length: number
  /** Elements in one another. */
  readonly depth: number
  /** Elements and attributes. */
  readonly nodes: number
}

/** Without `strictEntities` the parser would know the names of HTML too. */
const options = { position: false, strictEntities: true }

/** Why a document was refused; for logs. */
export class XmlRefused extends Error {}

export interface XmlElement<V> {
  readonly name: string
  /** What stands before the first child; null: nothing. */
  readonly text: string | null
  readonly children: ReadonlyArray<XmlElement<V>>
  readonly value: V | null
}

interface OpenElement<V> {
  readonly name: string
  text: string | null
  children: Array<OpenElement<V>>
  value: V | null
}

/**
 * `close` gives an element's value and whether its children are still of use (to the parent's `close`).
 * Throws XmlRefused, also from within `close`.
 */
export const readElements = <V>(
  document: string,
  limits: XmlLimits,
  close: (element: XmlElement<V>) => { readonly value: V | null; readonly keep: boolean }
): void => {
  if (document.length > limits.length) throw new XmlRefused("too long")
  const open: Array<OpenElement<V>> = []
  let nodes = 0
  let sawRoot = false
  let declarations = document.startsWith("<?xml") ? 1 : 0
  const count = () => {
    nodes += 1
    if (nodes > limits.nodes) throw new XmlRefused("too many elements")
  }
  const addText = (text: string) => {
    const element = open.at(-1)
    if (element === undefined || element.children.length > 0) return
    element.text = element.text === null ? text : element.text + text
  }
  const parser = sax.parser(true, options)
  parser.onerror = (error) => {
    throw new XmlRefused(error.message)
  }
  parser.ondoctype = () => {
    throw new XmlRefused("a document type is not accepted")
  }
  parser.onprocessinginstruction = ({ name }) => {
    if (name.toLowerCase() !== "xml") return
    declarations -= 1
    if (declarations < 0) throw new XmlRefused("a declaration that is not at the beginning")
  }
  parser.onattribute = count
  parser.ontext = addText
  parser.oncdata = addText
  parser.onopentag = ({ name }) => {
    if (sawRoot && open.length === 0) throw new XmlRefused("more than one root")
    sawRoot = true
    count()
    if (open.length >= limits.depth) throw new XmlRefused("too deep")
    const element: OpenElement<V> = { name, text: null, children: [], value: null }
    open.at(-1)?.children.push(element)
    open.push(element)
  }
  parser.onclosetag = () => {
    const element = open.pop()
    if (element === undefined) return
    const { value, keep } = close(element)
    element.value = value
    if (!keep) element.children = []
  }
  parser.write(withPlainLineEnds(document)).close()
  if (!sawRoot) throw new XmlRefused("no element found")
}

/** As XML 1.0, 2.11 asks; a `\r` that is meant comes as `&#13;`. */
const withPlainLineEnds = (document: string): string =>
  document.includes("\r") ? document.replace(/\r\n?/g, "\n") : document
