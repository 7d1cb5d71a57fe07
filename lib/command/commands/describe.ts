/** `muster describe`: writes a first description of an API from its OpenAPI file. @module */
import { LIB } from "../../engine/process/own_files.ts";
import { oneLine } from "../../engine/text/visible.ts";
import { mayWrite } from "../../platform/permissions.ts";
import type { Command } from "../command.ts";
import { EXIT, UsageError } from "../exit_codes.ts";
import { COMMON, type Options } from "../options.ts";
import { readCommand } from "./help.ts";

const OPTIONS: Options = {
  kind: {
    kind: "value",
    short: "k",
    value: "NAME",
    about: "what is described: machine. Without it the kinds are named",
  },
  path: { kind: "value", value: "PATH", about: "the path that lists it, where the file has several" },
  output: {
    kind: "value",
    short: "o",
    value: "FILE",
    about: "write it there; an existing file is not overwritten",
  },
  import: {
    kind: "value",
    value: "FROM",
    about: "what the description imports muster from (default: this muster)",
  },
  quiet: { kind: "flag", short: "q", about: "nothing but the description and errors" },
  help: COMMON.help!,
};

/** See `muster describe --help`. */
export const command: Command = {
  usage: "describe <openapi.json> --kind=machine",
  about: "write a first description of an API of your own, from its OpenAPI or Swagger file (JSON or YAML)",
  options: OPTIONS,
  async run(typed, io) {
    const example = "muster describe openapi.json --kind=machine --output=machine.ts\n" +
      "muster ls machines --api=./machine.ts";
    const read = readCommand(this, typed, OPTIONS, example, io, ({ words }, mistakes) => {
      if (words.length !== 1) {
        mistakes.push("it takes one OpenAPI file: muster describe openapi.json --kind=machine");
      }
    });
    if (!read) return EXIT.done;
    const [file] = read.words as [string];
    const { kind: name, path, output, import: from, quiet } = read.values as Record<
      string,
      string | undefined
    >;
    if (output !== undefined) await checkFree(output);
    const [
      { readDocument },
      { readApi },
      { findKind, kindsOf, namesOf, nothingListed, someOf },
      { writeDescription },
    ] = await Promise.all([
      import("../describe/read_document.ts"),
      import("../describe/operations.ts"),
      import("../describe/find_kind.ts"),
      import("../describe/write_description.ts"),
    ]);
    const api = readApi(await readDocument(file));
    const kinds = kindsOf(api);
    if (name === undefined) {
      const names = namesOf(kinds);
      const why = names.length === 0 ? nothingListed(api) : `--kind is missing. It lists ${someOf(names)}.`;
      throw new UsageError(`Cannot describe ${file}: ${why}`, "describe");
    }
    const kind = findKind(api, kinds, file, name, path);
    const source = file.split(/[\\/]/).at(-1)!;
    const written = writeDescription(api, kinds, kind, source, from ?? ownAddress());
    if (output === undefined) io.out(written.text);
    else await writeNew(output, written.text);
    if (!quiet) {
      const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? "" : "s"}`;
      const places = `${counted(written.decisions, "place")} to decide, marked with DECIDE`;
      const where = output === undefined ? "" : ` It is in ${oneLine(output)}.`;
      io.err(
        `Described ${written.members}: ${counted(written.actions, "action")}, ${places}.${where}\n` +
          `List them with muster ls --api=${oneLine(output ?? "FILE")}\n`,
      );
    }
    return EXIT.done;
  },
};

/** The import specifier for this muster in the new file. A compiled program cannot be imported. */
function ownAddress(): string {
  return Deno.build.standalone ? "@muster/muster/api" : new URL("../api.ts", LIB).href;
}

/** Refuses an existing file before anything is read. */
async function checkFree(path: string): Promise<void> {
  if (!mayWrite(path)) {
    throw new UsageError(
      `Cannot write ${path}: it may not be written. Run with --allow-write=${path}`,
      "describe",
    );
  }
  try {
    await Deno.lstat(path);
  } catch {
    return;
  }
  throw new UsageError(
    `Cannot write ${path}: it exists, and is not overwritten. Name another file.`,
    "describe",
  );
}

async function writeNew(path: string, text: string): Promise<void> {
  try {
    await Deno.writeTextFile(path, text, { createNew: true });
  } catch (error) {
    const why = error instanceof Deno.errors.AlreadyExists
      ? "it exists, and is not overwritten. Name another file."
      : (error as Error).message;
    throw new UsageError(`Cannot write ${path}: ${why}`, "describe");
  }
}
