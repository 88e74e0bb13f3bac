/** The command `fleet` carried out: prints what a batch engine is told of a split. Reads the file of jobs, writes nothing. */
import type { Answer } from "../cli/carry_out.ts";
import { STATUS } from "../cli/exit_status.ts";
import { type Fleeting, parseFleet } from "../cli/fleet.ts";
import { programFor } from "../cli/fleet_program.ts";
import { observedFiles } from "../cli/observe.ts";
import { trashFolder } from "../cli/undo.ts";
import { shown } from "../engine/entry.ts";
import { kubernetesText, type Place } from "../fleet/kubernetes.ts";
import { parallelText } from "../fleet/parallel.ts";
import { slurmText } from "../fleet/slurm.ts";
import type { Told } from "../fleet/told.ts";
import { type JobFile, readJobFile } from "../jobs/file.ts";
import { TOP_JOB } from "../engine/part.ts";
import type { Split } from "../jobs/split.ts";
import { mayUseLibc } from "../libc.ts";
import { wholePath } from "../whole_path.ts";
import { MAIN } from "./here.ts";

/** Do what the words after "fleet" ask for. */
export async function command(words: readonly string[]): Promise<Answer> {
  const asked = parseFleet(words);
  if (asked.kind === "help") return { text: asked.text, status: STATUS.inSync };
  if (asked.kind === "usage") return wrong(asked.text);
  const file = await readJobFile(asked.config);
  if ("faults" in file) return wrong(file.faults.join("\n"));
  const { split } = file;
  if (split === null) return wrong(`${shown(asked.config)} is no split: make it with lockstep split`);
  if (split.shares.length === 0) {
    return wrong(`The split has no job but "${TOP_JOB}": one machine is enough, with lockstep run`);
  }
  if (!split.source.startsWith("/")) {
    return wrong('The engines run where paths begin with "/": make the split on such a system');
  }
  const { kind, text } = textFor(asked, file, split);
  return kind === "text" ? { text: text.trimEnd(), status: STATUS.inSync } : wrong(text);
}

const wrong = (text: string): Answer => ({ text, status: STATUS.usage });

type Asked = Extract<Fleeting, { readonly kind: "show" }>;

function textFor(asked: Asked, file: JobFile, split: Split): Told {
  const { cpus, lines, nice, claims, image, atOnce } = asked;
  const options = file.jobs.map(({ options }) => {
    return nice === null ? options : { ...options, pace: { ...options.pace, nice } };
  });
  const tasks = { split, config: file.path, cpus, lines, nice };
  if (asked.engine === "kubernetes") {
    return kubernetesText(tasks, {
      atOnce,
      image,
      claims,
      places: placesOf(file, split),
      owners: options.some(({ owners }) => owners),
      xattrs: options.some(({ xattrs }) => xattrs),
      devices: options.some(({ devices }) => devices),
    });
  }
  const program = programFor(MAIN, split.source, options, mayUseLibc());
  if (typeof program === "string") return { kind: "wrong", text: program };
  const fleet = { ...tasks, program };
  return asked.engine === "slurm" ? slurmText(fleet, asked) : parallelText(fleet, asked);
}

/** All that a task reads or writes by its path. */
function placesOf({ path, jobs, observe }: JobFile, split: Split): Place[] {
  const place = (what: string, kind: Place["kind"], path: string, isWritten: boolean): Place => {
    return { what, path: wholePath(path), kind, isWritten };
  };
  const options = jobs.map(({ options }) => options);
  return [
    place("the source", "folder", split.source, false),
    place("the replica", "folder", split.replica, true),
    place("the file of jobs", "file", path, false),
    place("the folder of the status files", "folder", split.status, true),
    ...observedFiles(observe).map(({ what, path }) => place(`the ${what}`, "file", path, true)),
    ...options.flatMap(({ replica, log, undo, choice }) => {
      const places: Place[] = [];
      if (undo.trash !== null) {
        places.push(place("the trash", "folder", trashFolder(undo.trash, replica), true));
      }
      if (log !== null) places.push(place("the log", "file", log, true));
      for (const one of choice.chosen) {
        if (one.kind === "file") places.push(place("the file of exclude-from", "file", one.path, false));
      }
      return places;
    }),
  ];
}
