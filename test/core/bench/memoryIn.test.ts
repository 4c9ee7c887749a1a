import { assert, describe, it } from "vitest"
import { memoryIn } from "../../../bench/harness/memoryOf.ts"

interface Sizes {
  readonly pss: number
  readonly shared: number
  readonly own: number
}

const mapping = (heading: string, { own, pss, shared }: Sizes): string => `${heading}
Size:               9999 kB
Rss:                ${shared + own} kB
Pss:                 ${pss} kB
Pss_Dirty:             0 kB
Shared_Clean:        ${shared} kB
Shared_Dirty:          0 kB
Private_Clean:         0 kB
Private_Dirty:       ${own} kB
VmFlags: rd mr mw me
`

const text =
  "00400000-0082e000 r-xp 00001000 fe:00 5325543                            /usr/bin/node"
const heap = "7f00-7fff rw-p 00000000 00:00 0 [heap]"

describe("memory of processes", () => {
  it("counts a page of a file once, however many others have it", () => {
    const first = mapping(text, { pss: 10, shared: 100, own: 4 })
    const second = mapping(text, { pss: 10, shared: 80, own: 6 })
    assert.equal(memoryIn([first]), 104 * 1024)
    assert.equal(memoryIn([first, second]), 110 * 1024)
  })

  it("counts what is no file's as the kernel does", () => {
    const one = mapping(heap, { pss: 70, shared: 60, own: 40 })
    assert.equal(memoryIn([one, one]), 140 * 1024)
  })

  it("is nothing for processes that are gone", () => {
    assert.equal(memoryIn(["", ""]), 0)
  })
})
