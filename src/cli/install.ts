/** `reeve install --systemd`: prints and writes the unit with which systemd runs `reeve up`. Starts nothing. */
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import { jsonFlag, pathsArgument } from "./flags.ts"

export const install = Command.make(
  "install",
  {
    paths: pathsArgument,
    systemd: Flag.Boolean("systemd").pipe(
      Flag.withDefault(false),
      Flag.withoutNegation,
      Flag.withDescription("For systemd (needed: there is no other choice yet)")
    ),
    name: Flag.String("name").pipe(
      Flag.withMetavar("NAME"),
      Flag.withDefault("reeve"),
      Flag.withDescription("Name of the service (default: reeve)")
    ),
    user: Flag.String("user").pipe(
      Flag.withMetavar("USER"),
      Flag.optional,
      Flag.withDescription("As root: the user that reeve and its programs run as (default: root)")
    ),
    print: Flag.Boolean("print").pipe(
      Flag.withDefault(false),
      Flag.withoutNegation,
      Flag.withDescription("Only print the unit; write nothing")
    ),
    force: Flag.Boolean("force").pipe(
      Flag.withDefault(false),
      Flag.withoutNegation,
      Flag.withDescription("Overwrite a unit that differs")
    ),
    json: jsonFlag
  },
  (options) =>
    Effect.flatMap(
      Effect.promise(() => import("./installHere.ts")),
      ({ installHere }) => installHere(options)
    )
).pipe(
  Command.withDescription(
    "Print and write a systemd unit that runs reeve up: as root a service of the system, else one of your own " +
      "service manager. Its programs survive a crash of reeve. Starts nothing; the commands to go on with are printed."
  ),
  Command.withShortDescription("Make reeve up a service of systemd"),
  Command.withExamples([
    { command: "reeve install --systemd", description: "For programs/ of this project" },
    { command: "reeve install --systemd --print", description: "Only look at the unit" },
    {
      command: "sudo reeve install --systemd --name shop --user shop /srv/shop/programs",
      description: "A service of the system that runs as another user"
    }
  ])
)
