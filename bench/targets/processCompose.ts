import type { Target } from "../harness/Target.ts"

/** Only named: it was nowhere to be had where this was written, and what was never run measures nothing. */
export const processCompose: Target = {
  name: "process-compose",
  find: async () => ({
    isThere: false,
    install:
      "Take it from the releases of F1bonacc1/process-compose on GitHub; how it is launched has to be written here first."
  }),
  launch: () => Promise.reject(new Error("process-compose is not measured"))
}
