/** What Kubernetes is told, read back as YAML and held against the published schema of batch/v1. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { parseAll } from "@std/yaml";
import type { IJob } from "kubernetes-models/batch";
import { validate } from "kubernetes-models/schema-of-job";
import {
  type Claim,
  kubernetesText,
  type OfKubernetes,
  type Place,
  yaml,
} from "../../sync/fleet/kubernetes.ts";
import type { Fleet } from "../../sync/fleet/told.ts";
import { command } from "../support/program.ts";
import { inFolder } from "../support/tree.ts";
import { FLEET, SPLIT, withTasks, WORSE } from "./fleets.ts";

const PLACES: readonly Place[] = [
  { what: "the source", kind: "folder", path: "/data/source", isWritten: false },
  { what: "the replica", kind: "folder", path: "/data/replica", isWritten: true },
  { what: "the file of jobs", kind: "file", path: "/data/jobs.jsonc", isWritten: false },
  { what: "the folder of the status files", kind: "folder", path: "/data/jobs.status", isWritten: true },
];
const ASKED: OfKubernetes = {
  atOnce: null,
  image: "lockstep:0.1.0",
  claims: [{ name: "data", path: "/data" }],
  places: PLACES,
  owners: true,
  xattrs: false,
  devices: false,
};

function textOf(fleet: Fleet = FLEET, asked: Partial<OfKubernetes> = {}): string {
  const { kind, text } = kubernetesText(fleet, { ...ASKED, ...asked });
  assertEquals(kind, "text", text);
  return text;
}

/** Both documents, as Kubernetes reads them. */
function jobsOf(text: string): readonly [parts: IJob, top: IJob] {
  const [parts, top, ...more] = parseAll(text) as IJob[];
  assertEquals(more, []);
  return [parts!, top!];
}

function podOf({ spec }: IJob) {
  return spec!.template.spec!;
}

/** What a container is started with, as Kubernetes' documents have it: two $ are one, and $(NAME) is the variable's value. */
function argumentsOf(job: IJob, index: string): string[] {
  const { args = [], env = [] } = podOf(job).containers[0]!;
  return args.map((word) =>
    word.replace(/\$(?:\$|\(([^)]*)\))/g, (all, name) => {
      if (all === "$$") return "$";
      return env.some((one) => one.name === name) ? index : all;
    })
  );
}

/** Every kind of text that there is. */
const TEXTS: readonly string[] = [
  textOf(),
  textOf(withTasks(2000), { atOnce: 500 }),
  textOf(FLEET, {
    owners: false,
    claims: [{ name: "a", path: "/data/source" }, { name: "b.c", path: "/data" }],
  }),
  textOf(FLEET, { devices: true, xattrs: true }),
  textOf({ ...FLEET, config: `/data/${WORSE}`, split: { ...SPLIT, source: `/data/${WORSE}` } }, {
    image: WORSE,
  }),
];

Deno.test("both documents are what the published schema of batch/v1 says, in values and in what is needed", () => {
  for (const job of TEXTS.flatMap(jobsOf)) assertEquals([validate(job), job], [true, job]);
  // it does look
  const [parts] = jobsOf(TEXTS[0]!);
  const wrong: readonly ((job: IJob) => unknown)[] = [
    (job) => ({ ...job, apiVersion: "batch/v2" }),
    (job) => ({ ...job, spec: { ...job.spec, completions: "3" } }),
    (job) => ({ ...job, spec: { ...job.spec, completionMode: "indexed" } }),
    (job) => ({ ...job, spec: { ...job.spec, template: undefined } }),
  ];
  for (const change of wrong) assertEquals(validate(change(parts)), false);
});

Deno.test("both documents have no field that the published schema of batch/v1 has not, however deep", () =>
  inFolder(async (at) => {
    const jobs = TEXTS.flatMap(jobsOf).map((job) => JSON.stringify(job));
    const check = async (jobs: readonly string[]) => {
      Deno.writeTextFileSync(
        `${at}/jobs.ts`,
        `import type { IJob } from "kubernetes-models/batch";\n` +
          jobs.map((job, index) => `export const job${index}: IJob = ${job};\n`).join(""),
      );
      const config = new URL("../../deno.json", import.meta.url).pathname;
      return await command(Deno.execPath(), "check", "-q", "--no-lock", "--config", config, `${at}/jobs.ts`);
    };
    const ran = await check(jobs);
    assertEquals([ran?.status, ran?.err], [0, ""]);
    // it does look, at each depth
    const names = [
      "completionMode",
      "backoffLimitPerIndex",
      "onExitCodes",
      "mountPath",
      "claimName",
      "drop",
      "fieldPath",
    ];
    for (const name of names) assertStringIncludes(jobs[0]!, `"${name}":`);
    const slips = await check(names.map((name) => jobs[0]!.replace(`"${name}":`, `"${name}s":`)));
    const told = [...slips!.err.matchAll(/'"(\w+)s"' does not exist in type/g)].map(([, name]) => name);
    assertEquals(told.sort(), names.sort());
  }));

Deno.test("kubernetesText() makes an Indexed Job of the tasks, and a Job of top, told apart by a label", () => {
  const text = textOf();
  const [parts, top] = jobsOf(text);
  assertEquals([parts.metadata?.name, top.metadata?.name], ["lockstep-0a1b2c3d", "lockstep-0a1b2c3d-top"]);
  for (const [job, phase] of [[parts, "parts"], [top, "top"]] as const) {
    const labels = { "lockstep-split": "0a1b2c3d", "lockstep-phase": phase };
    assertEquals([job.metadata?.labels, job.spec?.template.metadata?.labels], [labels, labels]);
    assertStringIncludes(text, `kubectl apply -f lockstep.yaml -l lockstep-phase=${phase}`);
    assertEquals(podOf(job).restartPolicy, "Never");
    assertEquals(job.spec?.ttlSecondsAfterFinished, 86_400);
  }
  assertStringIncludes(text, "kubectl wait --for=condition=complete --timeout=24h job/lockstep-0a1b2c3d\n");
  const { completionMode, completions, parallelism, backoffLimitPerIndex } = parts.spec!;
  assertEquals([completionMode, completions, parallelism, backoffLimitPerIndex], ["Indexed", 3, 3, 3]);
  assertEquals([top.spec?.completionMode, top.spec?.completions], [undefined, undefined]);
  for (const [count, atOnce, parallelism] of [[64, null, 8], [64, 20, 20], [3, 20, 3]] as const) {
    assertEquals(jobsOf(textOf(withTasks(count), { atOnce }))[0].spec?.parallelism, parallelism);
  }
  assertStringIncludes(text, "kubectl delete job -l lockstep-split=0a1b2c3d\n");
  // a split's id that YAML would take for a number
  const split = { ...SPLIT, id: "12345e67" };
  assertEquals(jobsOf(textOf({ ...FLEET, split }))[0].metadata?.labels?.["lockstep-split"], "12345e67");
});

Deno.test("kubernetesText() starts each task with its own number, whatever its paths are", () => {
  const config = `/data/${WORSE}`;
  const [parts, top] = jobsOf(textOf({ ...FLEET, config }));
  const words = ["run", `--config=${config}`, "--expect-split=0a1b2c3d", "--threads=2"];
  assertEquals(argumentsOf(parts, "17"), [...words, "--job-index=17"]);
  assertEquals(argumentsOf(top, "17"), [...words, "top"]);
  // the image has its own entry point
  for (const job of [parts, top]) assertEquals(podOf(job).containers[0]!.command, undefined);
  assertEquals(podOf(parts).containers[0]!.env, [{
    name: "LOCKSTEP_JOB_INDEX",
    valueFrom: {
      fieldRef: { fieldPath: "metadata.annotations['batch.kubernetes.io/job-completion-index']" },
    },
  }]);
});

Deno.test("kubernetesText() does not try again what would end the same, and a part that fails ends no other", () => {
  const [parts, top] = jobsOf(textOf());
  for (const [job, action] of [[parts, "FailIndex"], [top, "FailJob"]] as const) {
    assertEquals(
      job.spec?.podFailurePolicy?.rules.map(({ action, onExitCodes }) => [action, onExitCodes?.values]),
      [
        ["Ignore", undefined],
        [action, [1, 3, 25, 70]],
      ],
    );
    assertEquals(
      job.spec?.podFailurePolicy?.rules[1]?.onExitCodes?.containerName,
      podOf(job).containers[0]!.name,
    );
  }
  // with a limit for all of them together a part would end the others
  assertEquals(parts.spec?.backoffLimit, undefined);
  assertEquals(top.spec?.backoffLimit, 3);
});

Deno.test("kubernetesText() works as root, with few rights, only where owners or devices are mirrored", () => {
  const securityOf = (asked: Partial<OfKubernetes>) =>
    jobsOf(textOf(FLEET, asked)).map((job) => podOf(job).containers[0]!.securityContext);
  const rights = ["CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID"];
  for (
    const [asked, user, add] of [
      [{}, 0, rights],
      [{ owners: false }, 10001, undefined],
      [{ owners: false, devices: true }, 0, [...rights, "MKNOD"]],
      [{ xattrs: true }, 0, [...rights, "SETFCAP"]],
      [{ owners: false, xattrs: true }, 10001, undefined],
    ] as const
  ) {
    for (const context of securityOf(asked)) {
      assertEquals([asked, context?.runAsUser], [asked, user]);
      assertEquals(context?.runAsNonRoot, user === 0 ? undefined : true);
      assertEquals(context?.allowPrivilegeEscalation, false);
      assertEquals([context?.capabilities?.drop, context?.capabilities?.add], [
        ["ALL"],
        add as string[] | undefined,
      ]);
    }
  }
  assertStringIncludes(textOf(), "lockstep split … --owner never");
  assertStringIncludes(textOf(FLEET, { owners: false }), "#   chown 10001:10001 /data/jobs.status\n");
  // a comment is one line
  const strange = { ...FLEET, split: { ...SPLIT, status: `/data/${WORSE}` } };
  const places = PLACES.slice(0, 3);
  assertEquals(jobsOf(textOf(strange, { owners: false, places })).length, 2);
  // as the image says
  const image = Deno.readTextFileSync(new URL("../../.packaging/Containerfile", import.meta.url));
  assertMatch(image, /^USER 10001:10001$/m);
  assertMatch(image, /^ENTRYPOINT \["lockstep"\]$/m);
  // it would give all files of a volume, the source's among them, to another group
  for (const text of TEXTS) assertEquals(text.includes("fsGroup"), false);
});

/** Claims, and which of their mounts may be written to. */
const CLAIMS:
  readonly (readonly [claims: readonly (readonly [string, string])[], written: readonly boolean[]])[] = [
    [[["data", "/data"]], [true]],
    [[["data", "/data"], ["source", "/data/source"]], [true, false]],
    // the deepest has it
    [[["source", "/data/source"], ["data", "/data"]], [false, true]],
    [[["a", "/data/replica"], ["b", "/data/jobs.status"], ["c", "/data"]], [true, true, false]],
    [[["one", "/data/source"], ["one", "/data"]], [false, true]],
  ];

for (const [pairs, written] of CLAIMS) {
  Deno.test(`of the claims ${pairs.map((one) => one.join("=")).join(" ")}, only those that a pass writes to may be written`, () => {
    const claims: Claim[] = pairs.map(([name, path]) => ({ name, path }));
    for (const job of jobsOf(textOf(FLEET, { claims }))) {
      const { containers: [container], volumes } = podOf(job);
      const mounts = container!.volumeMounts!;
      assertEquals(mounts.map(({ mountPath }) => mountPath), claims.map(({ path }) => path));
      assertEquals(mounts.map(({ readOnly }) => readOnly !== true), [...written]);
      assertEquals(
        mounts.map(({ name }) => volumes!.find((one) => one.name === name)!.persistentVolumeClaim!.claimName),
        claims.map(({ name }) => name),
      );
      assertEquals(volumes!.length, new Set(claims.map(({ name }) => name)).size);
    }
  });
}

/** Claims by which a task would not find all, and what is said. */
const LACKING: readonly (readonly [claims: readonly (readonly [string, string])[], said: string])[] = [
  [[], 'No claim covers the source, "/data/source": add --claim <name>=<folder>'],
  [[["s", "/data/source"]], 'No claim covers the replica, "/data/replica"'],
  [[["s", "/data/source"], ["r", "/data/replica"]], 'No claim covers the file of jobs, "/data/jobs.jsonc"'],
  // a volume is mounted as a folder
  [
    [["s", "/data/source"], ["r", "/data/replica"], ["j", "/data/jobs.jsonc"]],
    'No claim covers the file of jobs, "/data/jobs.jsonc": add --claim <name>=<folder>, with its folder or one above',
  ],
  [[["s", "/data/sourc"], ["r", "/data/replica"]], "No claim covers the source"],
  [[["s", "/data"], ["r", "/data"]], 'Two claims are mounted at "/data"'],
  [
    [["all", "/"]],
    'Kubernetes mounts nothing at "/", which the container has for itself: mount a folder below',
  ],
  [[["s", "/data"], ["r", "/a:b"]], 'Kubernetes mounts nothing at "/a:b"'],
];

Deno.test("kubernetesText() says in one line which place no claim covers", () => {
  for (const [claims, said] of LACKING) {
    const told = kubernetesText(FLEET, { ...ASKED, claims: claims.map(([name, path]) => ({ name, path })) });
    assertEquals(told.kind, "wrong");
    assertStringIncludes(told.text, said);
    assertEquals(told.text.includes("\n"), false);
  }
});

Deno.test("kubernetesText() mounts the source to be written only where edits are brought back", () => {
  const claims = [{ name: "s", path: "/data/source" }, { name: "d", path: "/data" }];
  const places = PLACES.map((place) => ({ ...place, isWritten: true }));
  for (const job of jobsOf(textOf(FLEET, { claims, places }))) {
    assertEquals(podOf(job).containers[0]!.volumeMounts!.some(({ readOnly }) => readOnly), false);
  }
});

Deno.test("yaml() is read back as it was, by YAML as by JSON, and is one line", () => {
  for (
    const text of [
      WORSE,
      "",
      "yes",
      "null",
      "1e3",
      "0x10",
      "- a",
      "a: b #c",
      "\0\x07\x1b\x7f\x85\xa0\ufeff",
      "💾",
    ]
  ) {
    assertEquals(parseAll(yaml(text)), [text]);
    assertEquals(JSON.parse(yaml(text)), text);
    assert(!/[\n\r\u0085\u2028\u2029]/.test(yaml(text)));
  }
});
