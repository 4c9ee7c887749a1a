import { assert, describe, it } from "vitest"
import { readMappings } from "../../src/os/rest/readMappings.ts"

const node = `00400000-0082e000 r-xp 00000000 fe:00 5325543                            /usr/bin/node (deleted)
Size:               4280 kB
Rss:                2148 kB
Private_Clean:       448 kB
Private_Dirty:         0 kB
Anonymous:             0 kB
Swap:                  0 kB
VmFlags: rd mr mw me
`
const relocated = `072a7000-072dc000 r--p 06ea7000 fe:00 5325543                            /usr/bin/node
Private_Dirty:        24 kB
Anonymous:            24 kB
Swap:                  0 kB
`
const swapped = `072dc000-07308000 r--p 06ea7000 fe:00 5325543                            /usr/bin/node
Private_Dirty:         0 kB
Anonymous:             0 kB
Swap:                  4 kB
`
const nameless = `7fb49fdc0000-7fb49ffd5000 rw-p 00000000 00:00 0 
Private_Dirty:         8 kB
Anonymous:             8 kB
Swap:                  0 kB
`

describe("mapped memory", () => {
  it("is read with its file and with whether it was written to", () => {
    const read = readMappings(node + relocated + swapped + nameless)
    assert.deepEqual(
      read.map(({ file, rights, written }) => [file, rights, written]),
      [
        ["/usr/bin/node (deleted)", "r-xp", false],
        ["/usr/bin/node", "r--p", true],
        ["/usr/bin/node", "r--p", true],
        [null, "rw-p", true]
      ]
    )
    assert.deepEqual([read[0]?.start, read[0]?.end], [0x400000n, 0x82e000n])
    assert.deepEqual([read[3]?.start, read[3]?.end], [0x7fb49fdc0000n, 0x7fb49ffd5000n])
  })

  it("counts as written to where the kernel does not say", () => {
    const [mapping] = readMappings("00400000-0082e000 r-xp 00000000 fe:00 1 /usr/bin/node\n")
    assert.isTrue(mapping?.written)
  })

  it("is none where there is nothing to read", () => {
    assert.deepEqual(readMappings(""), [])
    assert.deepEqual(readMappings("something else\n"), [])
  })
})
