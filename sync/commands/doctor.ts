/** The command `doctor` carried out: facts are gathered, judged and told. Writes nothing, but for `--try`. */
import { basename, dirname } from "node:path";
import type { Answer } from "../cli/carry_out.ts";
import { chosenJobs } from "../cli/check_jobs.ts";
import { type Examining, parseDoctor } from "../cli/doctor.ts";
import { type Meant, privateWords } from "../cli/doctor_command.ts";
import { grantFacts } from "../cli/doctor_grants.ts";
import { logSides, objections } from "../cli/doctor_objections.ts";
import { type Names, redacted } from "../cli/doctor_redact.ts";
import { scheduledWith } from "../cli/doctor_schedule.ts";
import { type Examined, reportJson, reportText } from "../cli/doctor_text.ts";
import { STATUS } from "../cli/exit_status.ts";
import type { Options } from "../cli/options.ts";
import { trashFolder } from "../cli/undo.ts";
import { beside } from "../cli/doctor_beside.ts";
import { hostFacts, limitFacts, userFacts } from "../disk/doctor/host.ts";
import { filesBeside, lockFacts, lookAt, relationFacts, trashFacts } from "../disk/doctor/root.ts";
import { tryReplica } from "../disk/doctor/try.ts";
import { inTime } from "../disk/in_time.ts";
import { relation } from "../disk/relation.ts";
import type { EdgeFacts, Facts, PairFacts, TriedFacts } from "../engine/doctor/facts.ts";
import { judge } from "../engine/doctor/judge.ts";
import { worst } from "../engine/doctor/remark.ts";
import { known, type Told, UNTOLD } from "../engine/doctor/told.ts";
import { readJobFile } from "../jobs/file.ts";
import { wholePath } from "../whole_path.ts";
import { edgeFacts, MAIN, programFacts } from "./here.ts";

/** How long to wait for the source's disk, or for a scheduler, in ms. */
const PATIENCE_MS = 3000;

/** Do what the words after "doctor" ask for. */
export async function command(words: readonly string[]): Promise<Answer> {
  const asked = parseDoctor(words);
  if (asked.kind !== "doctor") {
    return { text: asked.text, status: asked.kind === "help" ? STATUS.inSync : STATUS.usage };
  }
  const pairs = await pairsOf(asked);
  if (typeof pairs === "string") return { text: pairs, status: STATUS.usage };
  const examined: Examined[] = [];
  for (const { job, meant } of pairs) {
    const facts = await factsOf(job, meant, asked);
    const remarks = judge(facts);
    const names = asked.redacts ? namesIn(facts, meant) : null;
    const shown = names === null ? remarks : remarks.map((one) => redacted(one, names));
    examined.push({ job: names === null ? job : job && `${examined.length + 1}`, remarks: shown });
  }
  const bad = worst(examined.flatMap(({ remarks }) => remarks));
  const status = bad === "fails" ? STATUS.unusable : bad === "unsafe" ? STATUS.unsafe : STATUS.inSync;
  const text = asked.json ? reportJson(examined, status, Date.now()) : reportText(examined, asked.redacts);
  return { text, status, isReport: true };
}

interface Pair {
  readonly job: string | null;
  /** null for the system alone. */
  readonly meant: Meant | null;
}

type Asked = Extract<Examining, { kind: "doctor" }>;

async function pairsOf({ options, words, config }: Asked): Promise<readonly Pair[] | string> {
  if (config === null) return [{ job: null, meant: options && { options, words } }];
  const file = await readJobFile(config.file);
  if ("faults" in file) return file.faults.join("\n");
  const jobs = chosenJobs(file.jobs, config.jobs);
  if (typeof jobs === "string") return jobs;
  return jobs.map(({ name, options }) => ({
    job: name,
    meant: { options, words: ["run", "--config", config.file, name] },
  }));
}

async function factsOf(job: string | null, meant: Meant | null, { tries, redacts }: Asked): Promise<Facts> {
  const options = meant?.options ?? null;
  const place = wholePath(options?.source ?? ".");
  const found = await inTime(edgeFacts(options?.edge ?? null, place), PATIENCE_MS) ?? UNTOLD;
  const edge = known(found, PORTABLE);
  const threads = options?.threads ?? navigator.hardwareConcurrency;
  const user = await userFacts();
  return {
    program: programFacts(),
    host: await hostFacts(Date.now()),
    grants: grantFacts(meant, MAIN, redacts),
    user,
    limits: await limitFacts(threads),
    edge: found,
    pair: options === null ? null : await pairFacts(job, options, { edge, uid: user.uid, tries }),
  };
}

/** What is taken for granted where nothing could be asked. */
const PORTABLE: EdgeFacts = {
  edge: "portable",
  why: "not-allowed",
  sandbox: "no-ffi",
  landlock: null,
  watch: "Deno",
};

async function pairFacts(
  job: string | null,
  options: Options,
  { edge, uid, tries }: { readonly edge: EdgeFacts; readonly uid: Told<number>; readonly tries: boolean },
): Promise<PairFacts> {
  const [from, to] = [wholePath(options.source), wholePath(options.replica)];
  const source = await lookAt("source", from, edge.edge, uid);
  const replica = await lookAt("replica", to, edge.edge, uid);
  const both = source.root !== null && replica.root !== null;
  const taken = new Set(source.names);
  // a disk that does not answer is not asked again, nor what Deno may not look at
  const isSilent = [source, replica].some(({ facts }) =>
    facts.fault?.code === "silent" || facts.fault?.code === "not-allowed"
  );
  return {
    job,
    source: source.facts,
    replica: replica.facts,
    relation: source.root === null || isSilent ? null : await relationFacts(from, to),
    shared: both ? replica.names.filter((name) => taken.has(name)).length : null,
    lock: replica.root === null ? { kind: "unknown" } : await lockFacts(replica.root.path, tries),
    trash: isSilent
      ? "none"
      : await trashFacts(options.undo.trash ? trashFolder(options.undo.trash, to) : `${to}.trash`, to),
    beside: isSilent ? [] : await filesBeside(to, [basename(from), basename(to), ...beside(options)]),
    objections: isSilent ? [] : await objections(options, edge, relation),
    logIn: isSilent ? [] : logSides(options),
    schedule: await inTime(scheduledWith(from, to), PATIENCE_MS) ?? UNTOLD,
    asked: {
      checksum: options.checksum,
      watch: options.when.settle !== null,
      owners: options.owners,
      dryRun: options.dryRun,
      allowEmptySource: options.allowEmptySource,
      tries,
    },
    tried: tries ? await triedFacts(source.root, replica.root, options, edge) : null,
  };
}

type Root = Awaited<ReturnType<typeof lookAt>>["root"];

async function triedFacts(
  source: Root,
  replica: Root,
  options: Options,
  edge: EdgeFacts,
): Promise<TriedFacts> {
  if (source === null || replica === null) return { capabilities: null, reason: "ABSENT", skew: null };
  const { xattrs, devices } = options;
  return await tryReplica(source, replica, { edge: edge.edge, xattrs, devices }, Date.now);
}

/** What is left out of a report that strangers read. */
function namesIn({ pair, program }: Facts, meant: Meant | null): Names {
  const paths = (root: PairFacts["source"] | undefined) =>
    root === undefined ? [] : [root.path, ...root.found === null ? [] : [root.found.path]];
  const env = (name: string) =>
    Deno.permissions.querySync({ name: "env", variable: name }).state === "granted"
      ? Deno.env.get(name) ?? null
      : null;
  const isAllowed = Deno.permissions.querySync({ name: "sys", kind: "hostname" }).state === "granted";
  return {
    source: paths(pair?.source),
    replica: paths(pair?.replica),
    words: privateWords(meant?.words ?? []),
    program: dirname(program.place),
    home: env("HOME") ?? env("USERPROFILE"),
    user: env("USER") ?? env("USERNAME"),
    host: isAllowed ? Deno.hostname() : null,
  };
}
