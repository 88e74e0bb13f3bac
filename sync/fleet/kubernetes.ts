/** What Kubernetes is told: an Indexed Job of the split's tasks, and a Job of `top`. YAML, for people read it. Pure. */
import { shown } from "../engine/entry.ts";
import { STATUS } from "../cli/exit_status.ts";
import { TOP_JOB } from "../engine/part.ts";
import type { Split } from "../jobs/split.ts";
import { isSamePath, isWithinFolder } from "../whole_path.ts";
import { type Fleet, forShell, preface, type Told, wordsOfTask } from "./told.ts";

/** A claim of a volume, and where its folder is in each container. */
export interface Claim {
  readonly name: string;
  /** An absolute path. */
  readonly path: string;
}

/** A folder or file that tasks must find. */
export interface Place {
  /** "the source". */
  readonly what: string;
  /** An absolute path. */
  readonly path: string;
  /** A volume is mounted as a folder. */
  readonly kind: "file" | "folder";
  readonly isWritten: boolean;
}

export interface OfKubernetes {
  /** null for the usual. */
  readonly atOnce: number | null;
  readonly image: string;
  readonly claims: readonly Claim[];
  readonly places: readonly Place[];
  /** What a mirror does that only root may. */
  readonly owners: boolean;
  readonly xattrs: boolean;
  readonly devices: boolean;
}

type Tasks = Omit<Fleet, "program">;

/** How many tasks work at the same time where nothing is said about it. */
const AT_ONCE = 8;

/** The user of our own image, who is not root. */
const USER = 10001;

/** What a pass asks for: a first copy of a million files has taken 490 MB. */
const MEMORY = "512Mi";

/** How often a task is tried again, before its number counts as failed. */
const TRIES = 3;

/** Seconds for which a Job is kept when it has ended, with what its pods have printed: a day. */
const KEPT = 86_400;

/** What the same task would meet again at once: a wrong line, a source that is gone, the guard, a bug. */
const HOPELESS = [STATUS.usage, STATUS.unusable, STATUS.refused, STATUS.bug];

/** Both documents. */
export function kubernetesText(tasks: Tasks, asked: OfKubernetes): Told {
  const wrong = claimFault(asked);
  if (wrong !== null) return { kind: "wrong", text: wrong };
  const name = `lockstep-${tasks.split.id}`;
  const text = [
    preface(tasks, [
      "Keep this file. Each pass is three commands:",
      "  kubectl apply -f lockstep.yaml -l lockstep-phase=parts",
      `  kubectl wait --for=condition=complete --timeout=24h job/${name}`,
      `  kubectl apply -f lockstep.yaml -l lockstep-phase=${TOP_JOB}`,
      `and, before another pass by this file:  kubectl delete job -l lockstep-split=${tasks.split.id}`,
      "Both Jobs go by themselves a day after they have ended.",
      "",
      "A task that has failed for good does not stop the others, but the Job is Failed then, for which kubectl wait",
      `does not look: kubectl describe job/${name} tells which. ${TOP_JOB} may be run all the same: it leaves`,
      "the folders of the others alone, whatever is there, and the next pass mends what failed.",
      "Needed: Kubernetes 1.29 or newer, and claims that many machines can mount at once (ReadWriteMany).",
      "Each claim is mounted where its folder was for lockstep split.",
    ]),
    ...partsJob(name, tasks, asked),
    "---",
    ...topJob(name, tasks, asked),
    "",
  ].join("\n");
  return { kind: "text", text };
}

function partsJob(name: string, tasks: Tasks, asked: OfKubernetes): string[] {
  const { split: { id, shares } } = tasks;
  return [
    ...head(name, id, "parts"),
    "  # a task for each number, from 0 on",
    "  completionMode: Indexed",
    `  completions: ${shares.length}`,
    `  parallelism: ${Math.min(asked.atOnce ?? AT_ONCE, shares.length)}`,
    "  # a task that fails is tried again by itself, and never ends the others",
    `  backoffLimitPerIndex: ${TRIES}`,
    ...failurePolicy("FailIndex"),
    ...template(
      id,
      "parts",
      [...wordsOfTask(tasks).map(literal), `--job-index=$(${INDEX})`],
      [
        "        env:",
        "        # the task's number, for the last argument",
        `        - name: ${INDEX}`,
        "          valueFrom:",
        "            fieldRef:",
        "              fieldPath: metadata.annotations['batch.kubernetes.io/job-completion-index']",
      ],
      tasks,
      asked,
    ),
  ];
}

const INDEX = "LOCKSTEP_JOB_INDEX";

function topJob(name: string, tasks: Tasks, asked: OfKubernetes): string[] {
  const { split: { id } } = tasks;
  const words = [...wordsOfTask(tasks), TOP_JOB].map(literal);
  return [
    ...head(`${name}-${TOP_JOB}`, id, TOP_JOB),
    `  backoffLimit: ${TRIES}`,
    ...failurePolicy("FailJob"),
    ...template(id, TOP_JOB, words, [], tasks, asked),
  ];
}

function head(name: string, id: string, phase: string): string[] {
  return [
    "apiVersion: batch/v1",
    "kind: Job",
    "metadata:",
    `  name: ${name}`,
    "  labels:",
    ...labels(id, phase).map((line) => `    ${line}`),
    "spec:",
    "  # a day after its end the Job goes by itself",
    `  ttlSecondsAfterFinished: ${KEPT}`,
  ];
}

function labels(id: string, phase: string): string[] {
  return [`lockstep-split: ${yaml(id)}`, `lockstep-phase: ${phase}`];
}

function failurePolicy(action: "FailIndex" | "FailJob"): string[] {
  return [
    "  podFailurePolicy:",
    "    rules:",
    "    # a pod that had to make room does not count",
    "    - action: Ignore",
    "      onPodConditions:",
    "      - type: DisruptionTarget",
    '        status: "True"',
    "    # what the next try would meet again: wrong words or another split, no source, the guard, a bug",
    `    - action: ${action}`,
    "      onExitCodes:",
    "        containerName: lockstep",
    "        operator: In",
    `        values: [${HOPELESS.join(", ")}]`,
  ];
}

function template(
  id: string,
  phase: string,
  words: readonly string[],
  env: readonly string[],
  { cpus, split }: Tasks,
  asked: OfKubernetes,
): string[] {
  return [
    "  template:",
    "    metadata:",
    "      labels:",
    ...labels(id, phase).map((line) => `        ${line}`),
    "    spec:",
    "      restartPolicy: Never",
    "      # a pass that is told to stop ends in good order",
    "      terminationGracePeriodSeconds: 60",
    "      automountServiceAccountToken: false",
    "      containers:",
    "      - name: lockstep",
    `        image: ${yaml(asked.image)}`,
    "        # for the image's own entry point, which is lockstep; two $ are one",
    "        args:",
    ...words.map((word) => `        - ${yaml(word)}`),
    ...env,
    "        resources:",
    "          requests:",
    `            cpu: "${cpus}"`,
    `            memory: ${MEMORY}`,
    ...security(split, asked),
    ...volumes(asked),
  ];
}

/** Kubernetes puts what it knows into the place of $(NAME), wherever it stands. */
function literal(word: string): string {
  return word.replaceAll("$", "$$$$");
}

/** As whom the tasks work. */
function security({ status }: Split, { owners, xattrs, devices }: OfKubernetes): string[] {
  const isRoot = owners || devices;
  const rights = ["CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID"];
  if (devices) rights.push("MKNOD");
  if (xattrs) rights.push("SETFCAP");
  return [
    "        securityContext:",
    ...isRoot
      ? [
        "          # root, who alone may give files to their owners, with no more rights than that takes. A split that is",
        "          # made with --owner never (lockstep split … --owner never) has its tasks work as the image's own user",
        "          runAsUser: 0",
      ]
      : [
        "          # the image's own user: by --owner never files belong to whoever copies them. This user must be able to",
        "          # read the source, and to write to the replica and to the folder of the status files:",
        `          #   ${chowning(status)}`,
        "          runAsNonRoot: true",
        `          runAsUser: ${USER}`,
        `          runAsGroup: ${USER}`,
      ],
    "          allowPrivilegeEscalation: false",
    "          capabilities:",
    "            drop: [ALL]",
    ...isRoot ? [`            add: [${rights.join(", ")}]`] : [],
  ];
}

/** How the image's own user gets a folder, as a comment can hold it. */
function chowning(folder: string): string {
  return `chown ${USER}:${USER} ${/[\p{Cc}\u2028\u2029]/u.test(folder) ? shown(folder) : forShell(folder)}`;
}

function volumes({ claims, places }: OfKubernetes): string[] {
  const names = [...new Set(claims.map(({ name }) => name))];
  const volumeOf = (name: string) => `volume-${names.indexOf(name)}`;
  return [
    "        volumeMounts:",
    ...claims.flatMap((claim) => [
      `        - name: ${volumeOf(claim.name)}`,
      `          mountPath: ${yaml(claim.path)}`,
      ...isWrittenIn(claim, claims, places)
        ? []
        : ["          # nothing is written there", "          readOnly: true"],
    ]),
    "      volumes:",
    ...names.flatMap((name) => [
      `      - name: ${volumeOf(name)}`,
      "        persistentVolumeClaim:",
      `          claimName: ${yaml(name)}`,
    ]),
  ];
}

/** The claim in which a place lies: the deepest. */
function claimOf({ path, kind }: Place, claims: readonly Claim[]): Claim | null {
  const around = claims.filter((claim) => {
    return isWithinFolder(path, claim.path) && (kind === "folder" || !isSamePath(path, claim.path));
  });
  return around.sort((a, b) => b.path.length - a.path.length)[0] ?? null;
}

function isWrittenIn(claim: Claim, claims: readonly Claim[], places: readonly Place[]): boolean {
  return places.some((place) => place.isWritten && claimOf(place, claims) === claim);
}

/** What is wrong with the claims; null when the tasks find all in them. */
function claimFault({ claims, places }: OfKubernetes): string | null {
  for (const [at, { path }] of claims.entries()) {
    if (path === "/") {
      return 'Kubernetes mounts nothing at "/", which the container has for itself: mount a folder below it';
    }
    if (path.includes(":")) {
      return `Kubernetes mounts nothing at ${shown(path)}, for there is a ":" in it: mount a folder above`;
    }
    if (claims.slice(0, at).some((other) => isSamePath(other.path, path))) {
      return `Two claims are mounted at ${shown(path)}: leave one out`;
    }
  }
  const left = places.find((place) => claimOf(place, claims) === null);
  return left === undefined
    ? null
    : `No claim covers ${left.what}, ${shown(left.path)}: add --claim <name>=<folder>, with ${
      left.kind === "file" ? "its folder" : "this folder"
    } or one above`;
}

/** A text of YAML. As JSON, but for what YAML reads otherwise: what older readers take for the end of a line. */
export function yaml(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
