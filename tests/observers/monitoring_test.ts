/** docs/monitoring/: what the alerts, the dashboard and the page name is what is written, and promtool agrees. */
import { assert, assertEquals } from "@std/assert";
import { METRICS } from "../../sync/observers/metrics_text.ts";
import { command, has } from "../support/program.ts";
import { inFolder } from "../support/tree.ts";

const FOLDER = new URL("../../docs/monitoring/", import.meta.url);
const read = (name: string) => Deno.readTextFileSync(new URL(name, FOLDER));

/** Every name that may stand in a query. */
const NAMES: ReadonlySet<string> = new Set(
  METRICS.flatMap(({ name, type }) =>
    type === "histogram" ? [name, `${name}_bucket`, `${name}_sum`, `${name}_count`] : [name]
  ),
);

for (const [file, least] of [["alerts.yml", 6], ["dashboard.json", 12], ["README.md", 12]] as const) {
  Deno.test(`docs/monitoring/${file} names only metrics that are written`, () => {
    const names = new Set(
      read(file).match(/\blockstep_[a-z_]+/g)!.filter((name) =>
        name !== "lockstep_max_age" && name !== "lockstep_status"
      ),
    );
    assert(names.size >= least, `${names.size}`);
    assertEquals([...names].filter((name) => !NAMES.has(name)), []);
  });
}

Deno.test("docs/monitoring/README.md says something of each metric", () => {
  const text = read("README.md");
  for (const { name } of METRICS) {
    assert(text.includes(`\`${name}`) || text.includes(`\`…${name.replace("lockstep_last_pass", "")}`), name);
  }
});

interface Target {
  readonly expr: string;
}
interface Dashboard {
  readonly panels: readonly {
    readonly title: string;
    readonly targets: readonly Target[];
    readonly gridPos: { readonly h: number; readonly w: number; readonly x: number; readonly y: number };
  }[];
}

Deno.test("the dashboard's panels lie beside each other, and each has a query", () => {
  const { panels } = JSON.parse(read("dashboard.json")) as Dashboard;
  const taken = new Set<string>();
  for (const { title, targets, gridPos: { h, w, x, y } } of panels) {
    assert(targets.length > 0 && x + w <= 24, title);
    for (let row = y; row < y + h; row++) {
      for (let column = x; column < x + w; column++) {
        assert(!taken.has(`${row},${column}`), title);
        taken.add(`${row},${column}`);
      }
    }
  }
});

function promtoolTest(name: string, fn: (at: string) => Promise<void>): void {
  const isHere = has("promtool");
  Deno.test({
    name: isHere ? name : `${name} (skipped: no promtool here)`,
    ignore: !isHere,
    fn: () => inFolder(fn),
  });
}

promtoolTest("promtool takes the alert rules, and each fires when it should and not before", async () => {
  for (
    const words of [
      ["check", "rules", new URL("alerts.yml", FOLDER).pathname],
      ["test", "rules", new URL("alerts_test.yml", import.meta.url).pathname],
    ]
  ) {
    const ran = await command("promtool", ...words);
    assertEquals(ran?.status, 0, `${ran?.out}${ran?.err}`);
  }
  const alerts = [...read("alerts.yml").matchAll(/alert: (\w+)/g)].map(([, name]) => name!);
  const tests = Deno.readTextFileSync(new URL("alerts_test.yml", import.meta.url));
  for (const name of alerts) {
    assert(
      new RegExp(`alertname: ${name}\\n +exp_alerts:\\n +- exp_labels`).test(tests),
      `${name} is never seen to fire`,
    );
  }
});

promtoolTest("promtool takes each query of the dashboard", async (at) => {
  const { panels } = JSON.parse(read("dashboard.json")) as Dashboard;
  const rules = panels.flatMap(({ targets }) => targets).map(({ expr }, i) => ({
    record: `dashboard:${i}`,
    expr: expr.replaceAll("$__rate_interval", "5m").replaceAll("$mirror", ".*"),
  }));
  const check = async (rules: unknown) => {
    // JSON is YAML
    Deno.writeTextFileSync(`${at}/rules.yml`, JSON.stringify({ groups: [{ name: "dashboard", rules }] }));
    return (await command("promtool", "check", "rules", `${at}/rules.yml`))?.status;
  };
  assertEquals(await check(rules), 0);
  assert(await check([{ record: "a", expr: "sum(" }]) !== 0);
});
