/** The command `plan` carried out: a dry run, whose steps go to a file with what each was decided on. */
import { isWithinFolder, wholePath } from "../whole_path.ts";
import type { Answer } from "../cli/carry_out.ts";
import { STATUS } from "../cli/exit_status.ts";
import type { Options } from "../cli/options.ts";
import { namesOf } from "../cli/paths.ts";
import { missing } from "../cli/permissions.ts";
import { parsePlan } from "../cli/plan.ts";
import { cannotWriteText, placeText, writtenText } from "../cli/plan_text.ts";
import { writeAll } from "../cli/print.ts";
import { reason } from "../disk/fault.ts";
import type { Roots } from "../disk/roots.ts";
import type { Config } from "../engine/config.ts";
import type { Bounds, When } from "../engine/filter.ts";
import type { Refused } from "../engine/guard.ts";
import type { Companion } from "../pass/companion.ts";
import { poolOf } from "../pass/pool.ts";
import { type Header, rootId } from "../records/plan_file.ts";
import { fileSink, placeFor, type PlanWriter, planWriter, type Sink } from "../records/plan_writer.ts";
import { run } from "../run.ts";

/** Do what the words after "plan" ask for. Writes nothing but the plan, and locks nothing. */
export async function command(words: readonly string[]): Promise<Answer> {
  const asked = parsePlan(words);
  if (asked.kind !== "plan") {
    return { text: asked.text, status: asked.kind === "help" ? STATUS.inSync : STATUS.usage };
  }
  const { output } = asked;
  const wrong = output === null ? null : await wrongPlace(output, asked.options);
  if (wrong !== null) return { text: wrong, status: STATUS.usage };
  // the plan has a line for each step; on standard output nothing else may be
  const loudness = output === null ? "quiet" as const : asked.options.loudness;
  const lines = loudness === "verbose" && asked.options.lines;
  const options = { ...asked.options, dryRun: true, loudness, lines };
  const writing = writePlan(output, options);
  const status = await run(options, poolOf(options.threads), {
    companions: [writing.companion],
    rootsOf: (config) => {
      writing.isOf(config);
      return Promise.resolve(undefined);
    },
  });
  const { steps, error } = writing.result();
  if (error !== null) return { text: cannotWriteText(output, error), status: STATUS.usage };
  const isTold = steps !== null && output !== null && loudness !== "quiet" && !options.json;
  return { text: "", status, ...(isTold && { note: writtenText(output, steps) }) };
}

/** Why a plan must not be written to a file; null when it may. */
async function wrongPlace(output: string, options: Options): Promise<string | null> {
  const path = wholePath(output);
  // beside its place it is written first
  const places = [path, `${path}.lockstep-new`];
  const lack = missing(places.flatMap((path) => [{ name: "read", path }, { name: "write", path }] as const));
  if (lack !== null) return lack;
  for (const side of ["source", "replica"] as const) {
    const trees = namesOf(options[side]);
    if (namesOf(path).some((name) => trees.some((tree) => isWithinFolder(name, tree)))) {
      return placeText(output, side);
    }
  }
  try {
    const place = await placeFor(path);
    return place === "free" ? null : placeText(output, place);
  } catch (error) {
    if (reason(error) === null) throw error;
    return cannotWriteText(output, error);
  }
}

interface Writing {
  readonly companion: Companion;
  /** Hear what is planned, before the pass begins. */
  isOf(config: Config): void;
  /** How many steps were written, null when there is no plan; and why there is none, when it could not be written. */
  result(): { readonly steps: number | null; readonly error: unknown };
}

/** Write what a pass plans, as it is told, to a file or standard output. */
function writePlan(output: string | null, options: Options): Writing {
  let sink: Sink | null = null;
  let writer: PlanWriter | null = null;
  let refused: Refused | null = null;
  let steps: number | null = null;
  let error: unknown = null;
  let config: Config | null = null;
  /** Whatever the system says ends the plan, not the pass. */
  function attempt(act: () => void): void {
    try {
      if (error === null) act();
    } catch (thrown) {
      fail(thrown);
    }
  }
  function fail(thrown: unknown): void {
    if (reason(thrown) === null) throw thrown;
    error = thrown;
    sink?.discard();
    sink = null;
  }
  const companion: Companion = {
    begin({ began }, roots) {
      attempt(() => {
        if (config === null) return;
        sink = output === null ? STANDARD_OUTPUT : fileSink(wholePath(output));
        writer = planWriter(sink, headerOf(config, roots, options, began));
      });
      return Promise.resolve();
    },
    listen(event) {
      if (event.kind === "refused") refused = event;
      else if (event.kind === "change") attempt(() => writer?.add(event.change, event.differences ?? []));
    },
    async finish({ report }) {
      if (writer === null || error !== null) return;
      if (report.ended !== "complete" && report.ended !== "refused") return sink?.discard();
      try {
        steps = await writer.finish({ failed: report.failed, ...(refused && { refused }) });
      } catch (thrown) {
        fail(thrown);
      }
    },
  };
  return { companion, isOf: (planned) => config = planned, result: () => ({ steps, error }) };
}

const STANDARD_OUTPUT: Sink = {
  write: (bytes) => writeAll(Deno.stdout, bytes),
  finish: () => Promise.resolve(),
  discard() {},
};

/** What shapes the pass, so that it can be made again from another folder and at another time. */
function headerOf(
  { choice, edge, ...paths }: Config,
  { source, replica }: Roots,
  options: Options,
  began: number,
): Omit<Header<Options>, "lockstep" | "version"> {
  const { undo, check } = options;
  const absolute = (path: string | null) => path === null ? null : wholePath(path);
  return {
    time: began,
    source: { path: paths.source, id: rootId(source) },
    replica: { path: paths.replica, id: replica && rootId(replica) },
    options: {
      ...options,
      source: paths.source,
      replica: paths.replica,
      edge,
      dryRun: false,
      log: null,
      choice: {
        chosen: choice.rules.map((rule) => ({ kind: "rule", rule })),
        bounds: datesOf(choice.bounds, began),
        deleteExcluded: choice.deleteExcluded,
        noDelete: choice.noDelete,
      },
      undo: {
        ...undo,
        trash: undo.trash && { ...undo.trash, folder: absolute(undo.trash.folder) },
        state: absolute(undo.state),
      },
      check: { ...check, manifest: absolute(check.manifest) },
    },
  };
}

/** Ages as dates, for they were counted from when the plan was made. */
function datesOf({ newerThan, olderThan, ...sizes }: Bounds, began: number): Bounds {
  const dateOf = (when: When | null): When | null =>
    when?.kind === "age" ? { kind: "date", ms: began - when.ms } : when;
  return { ...sizes, newerThan: dateOf(newerThan), olderThan: dateOf(olderThan) };
}
