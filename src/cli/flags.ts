/** Flags that mean the same in every command. */
import * as Argument from "effect/cli/Argument"
import * as Flag from "effect/cli/Flag"
import * as GlobalFlag from "effect/cli/GlobalFlag"
import * as Option from "effect/Option"
import { parseDuration } from "../domain/Duration.ts"

export const SocketFlag = GlobalFlag.Setting("socket")({
  flag: Flag.Path("socket").pipe(
    Flag.withMetavar("PATH"),
    Flag.optional,
    Flag.withDescription("Socket of the daemon to talk to (or set REEVE_SOCKET)")
  )
})

export const StateDirectoryFlag = GlobalFlag.Setting("state-dir")({
  flag: Flag.Path("state-dir").pipe(
    Flag.withMetavar("DIRECTORY"),
    Flag.optional,
    Flag.withDescription("Directory that reeve keeps its state in (default: the nearest .reeve/)")
  )
})

export const ColorFlag = GlobalFlag.Setting("color")({
  flag: Flag.Literals("color", ["auto", "always", "never"]).pipe(
    Flag.withMetavar("WHEN"),
    Flag.withDefault("auto" as const),
    Flag.withDescription("Colours: auto (on a terminal, unless NO_COLOR is set), always, never")
  )
})

export const jsonFlag = Flag.Boolean("json").pipe(
  Flag.withDefault(false),
  Flag.withoutNegation,
  Flag.withDescription("Print JSON")
)

/** Milliseconds. */
export const timeoutFlag = Flag.String("timeout").pipe(
  Flag.withMetavar("DURATION"),
  Flag.withDefault("1 minute"),
  Flag.filterMap(
    (text) => Option.fromNullishOr(parseDuration(/^\d+$/.test(text) ? `${text}s` : text)),
    () => "a duration such as 30s, 2m or 1h30m"
  ),
  Flag.withDescription("How long to wait at most: 30s, 2m (default: 1 minute)")
)

/** The builtin one, without the long list of shells in every help: `reeve completions` is the one to be read. */
export const CompletionsFlag = GlobalFlag.Action({
  flag: GlobalFlag.Completions.flag.pipe(Flag.withHidden),
  run: GlobalFlag.Completions.run
})

/** `web`, `web:0`, `group:web`, a program's or group's name, `GROUP:*`, `all`. */
export const namesArgument = Argument.String("name").pipe(
  Argument.withMetavar(""),
  Argument.withDescription("Instance (web, web:0), program or group; GROUP:* or all"),
  Argument.variadic({ min: 1 })
)

export const optionalNamesArgument = Argument.String("name").pipe(
  Argument.withMetavar(""),
  Argument.withDescription("Instance (web, web:0), program or group (default: all)"),
  Argument.variadic()
)

export const pathsArgument = Argument.Path("path").pipe(
  Argument.withMetavar(""),
  Argument.withDescription("Files and directories of programs (default: the nearest programs/)"),
  Argument.variadic()
)
