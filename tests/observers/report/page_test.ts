/** The page in a real browser: what it shows, to whom, and that it does nothing else. */
import { assert, assertEquals } from "@std/assert";
import { page } from "../../../sync/observers/report/page.ts";
import type { Shown } from "../../../sync/observers/report/job.ts";
import type { Outcome } from "../../../sync/observers/report/record.ts";
import { type Browser, chromium, NO_CHROMIUM, type Tab } from "../../support/chromium.ts";
import { least } from "../../support/least.ts";
import { HOUR, jobOf, nightly, once } from "./samples.ts";

const NOW = new Date(2026, 10, 22, 8, 12).getTime();
const at = Deno.makeTempDirSync({ prefix: "lockstep-report-" });
let browser: Browser | null = null;
let reason = NO_CHROMIUM;
if (reason === null) {
  try {
    browser = await chromium(`${at}/profile`);
  } catch (error) {
    reason = `chromium does not start: ${(error as Error).message}`;
  }
}
Deno.test.afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  Deno.removeSync(at, { recursive: true });
});

/** The ways in which a night may have gone. */
function outcomes(ago: number): Outcome | null {
  if (ago === 50) return null;
  return ({ 3: "partly", 9: "failed", 33: "unusable" } as const)[ago] ?? "ok";
}

const PHOTOS = once(
  jobOf(null, "/home/ada/photos", "/mnt/nas/photos", "--trash"),
  nightly(NOW, { outcomes }),
);

function many(count: number, rename = (text: string) => text): Shown[] {
  return Array.from({ length: count }, (_, i) => ({
    job: jobOf(rename(`job ${i}`), `/srv/${rename("source")}`, `/mnt/${rename("replica")}`, "15m", "--trash"),
    record: nightly(NOW, {
      outcomes: (ago) =>
        ago === 0 ? (["ok", "failed", "refused", "partly"] as const)[i % 4]! : outcomes(ago + i),
      seed: i + 1,
      problems: [`Cannot copy "${rename("inbox/letter")}" in the source: permission denied`],
      advice: ["Let the user who runs Lockstep read it, or leave it out by --exclude."],
    }),
    running: null,
    next: NOW + HOUR,
    isOver: false,
  }));
}

function write(name: string, jobs: readonly Shown[]): string {
  const path = `${at}/${name}.html`;
  Deno.writeTextFileSync(path, [...page(jobs, NOW)].join("\n"));
  return path;
}

function browserTest(what: string, act: (tab: Tab) => Promise<void>): void {
  Deno.test({
    name: reason === null ? what : `${what} (skipped: ${reason})`,
    ignore: browser === null,
    // one browser for all of them
    sanitizeOps: false,
    sanitizeResources: false,
    async fn() {
      const tab = await browser!.tab();
      try {
        await act(tab);
      } finally {
        await tab.close();
      }
    },
  });
}

const SIZES = [[320, 640], [360, 740], [820, 1180], [1440, 900]] as const;

async function size(tab: Tab, width: number, height: number, scheme: string): Promise<void> {
  await tab.call("Emulation.setDeviceMetricsOverride", {
    width,
    height,
    deviceScaleFactor: 1,
    mobile: width < 500,
  });
  await tab.call("Emulation.setEmulatedMedia", {
    features: [{ name: "prefers-color-scheme", value: scheme }],
  });
}

/** The texts of a page whose contrast to what lies behind them is too low. */
const FAINT = `(() => {
  const light = (text) => {
    const parts = text.match(/[\\d.]+/g).map(Number);
    const [r, g, b] = parts.slice(0, 3).map((one) => one / 255).map((one) => one <= .03928 ? one / 12.92 : ((one + .055) / 1.055) ** 2.4);
    return { alpha: parts[3] ?? 1, light: .2126 * r + .7152 * g + .0722 * b };
  };
  const behind = (node) => {
    for (; node; node = node.parentElement) {
      const ground = light(getComputedStyle(node).backgroundColor);
      if (ground.alpha === 1) return ground.light;
    }
    return 1;
  };
  const faint = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; node = walker.nextNode();) {
    const parent = node.parentElement;
    if (node.data.trim() === "" || parent.closest("desc,title")) continue;
    const style = getComputedStyle(parent);
    const ink = light(parent.closest("svg") ? style.fill : style.color).light;
    const ground = behind(parent);
    const contrast = (Math.max(ink, ground) + .05) / (Math.min(ink, ground) + .05);
    if (contrast < 4.5) faint.push(node.data.trim().slice(0, 30) + " " + contrast.toFixed(2));
  }
  return { faint, ground: getComputedStyle(document.body).backgroundColor };
})()`;

const OPEN_ALL = `document.querySelectorAll("details").forEach((one) => one.open = true)`;

browserTest(
  "a page fits from 320 px on and is readable, light and dark, with everything opened",
  async (tab) => {
    for (const [name, jobs] of [["one", [PHOTOS]], ["four", many(4)]] as const) {
      await tab.open(write(name, jobs));
      for (const isOpen of [false, true]) {
        if (isOpen) await tab.ask(OPEN_ALL);
        const grounds = new Set<string>();
        for (const [width, height] of SIZES) {
          for (const scheme of ["light", "dark"]) {
            await size(tab, width, height, scheme);
            const wide = await tab.ask<number>("document.scrollingElement.scrollWidth");
            assert(wide <= width, `${name} at ${width}: ${wide}`);
            // no column is a letter wide
            const columns = await tab.ask<number[]>(
              `[...document.querySelectorAll("tbody th, thead th")].map((one) => one.getBoundingClientRect().width).filter((one) => one > 0)`,
            );
            if (isOpen) assert(Math.min(...columns) >= 30, `${name} at ${width}: ${Math.min(...columns)}`);
            if (width !== 360) continue;
            const { faint, ground } = await tab.ask<{ faint: string[]; ground: string }>(FAINT);
            assertEquals(faint, []);
            grounds.add(ground);
          }
        }
        assertEquals(grounds.size, 2);
      }
    }
  },
);

browserTest(
  "a page loads nothing, runs nothing, and gives the browser nothing to complain of",
  async (tab) => {
    const path = write("quiet", many(4));
    await tab.open(path);
    await tab.ask(OPEN_ALL);
    const told = [
      "Log.entryAdded",
      "Runtime.consoleAPICalled",
      "Runtime.exceptionThrown",
      "Audits.issueAdded",
    ];
    assertEquals(tab.heard.filter(({ method }) => told.includes(method)), []);
    const loads = tab.heard.filter(({ method }) => method === "Network.requestWillBeSent")
      .map(({ params }) => String((params.request as { url: string }).url)).filter((url) =>
        !url.startsWith("data:")
      );
    assertEquals(loads, [`file://${path}`]);
    assertEquals(await tab.ask("document.compatMode"), "CSS1Compat");
    // whoever writes a script into it finds that it does not run
    Deno.writeTextFileSync(
      path,
      Deno.readTextFileSync(path).replace("</main>", "<script>document.title='run'</script></main>"),
    );
    await tab.open(path);
    assertEquals(await tab.ask("document.title === 'run'"), false);
    assert(tab.heard.some(({ method }) => method === "Audits.issueAdded" || method === "Log.entryAdded"));
  },
);

interface Node {
  readonly ignored: boolean;
  readonly role?: { readonly value: string };
  readonly name?: { readonly value: string };
  readonly description?: { readonly value: string };
  readonly properties?: readonly { readonly name: string; readonly value: { readonly value: unknown } }[];
}

browserTest("a screen reader finds landmarks, headings in order, and words for each picture", async (tab) => {
  for (
    const [name, jobs, h1] of [
      ["heard", [PHOTOS], "In sync"],
      ["heard many", many(4), "2 of 4 need you"],
    ] as const
  ) {
    await tab.open(write(name, jobs));
    await tab.ask(OPEN_ALL);
    const { nodes } = await tab.call<{ nodes: Node[] }>("Accessibility.getFullAXTree");
    const seen = nodes.filter(({ ignored }) => !ignored);
    const all = (role: string) => seen.filter((node) => node.role?.value === role);
    assertEquals(["banner", "main", "contentinfo"].map((role) => all(role).length), [1, 1, 1]);
    const headings = all("heading").map((node) => ({
      level: node.properties!.find(({ name }) => name === "level")!.value.value as number,
      text: node.name!.value,
    }));
    assertEquals(headings[0], { level: 1, text: h1 });
    for (const [i, { level, text }] of headings.entries()) {
      assert(i === 0 || (level > 1 && level <= headings[i - 1]!.level + 1), text);
      assert(text.trim() !== "");
    }
    const pictures = all("image");
    assert(pictures.length >= 5 * jobs.length, `${pictures.length}`);
    for (const picture of pictures) assert(picture.name!.value.length > 5, JSON.stringify(picture));
    const strip = pictures.find((one) => one.name!.value.startsWith("The last 90 days"))!;
    assert(/\d+ days in sync/.test(strip.name!.value), strip.name!.value);
    assertEquals(all("region").filter((one) => (one.name?.value ?? "") === ""), []);
    // no sign stands without its word
    const marks = await tab.ask<number>(
      `[...document.querySelectorAll(".sign")].filter((one) => one.parentElement.textContent.trim() === "").length`,
    );
    assertEquals(marks, 0);
  }
  assertEquals(await tab.ask("document.documentElement.lang"), "en");
});

const HOSTILE = [
  "</style><script>document.title='run'</script>",
  "</title></bdi></td></table><h1>x",
  `" onmouseover="alert(1)" x='`,
  "<!-- ",
  "]]><![CDATA[",
  "&lt;b&gt; &#60;b> &amp",
  "a\u202egnp.exe\u2066",
  "line\nbreak\ttab\r\u2028",
  "\udc80\udcff not UTF-8",
  "x".repeat(255),
  "👩‍👩‍👧‍👦🏳️‍🌈".repeat(12),
  "שלום عربى",
  "javascript:alert(1)",
];

browserTest("hostile names change nothing in a page but its texts", async (tab) => {
  const shape =
    `[...document.querySelectorAll("*")].map((one) => one.tagName + [...one.attributes].map(({ name }) => name).sort()).join(" ")`;
  const jobs = (text: (text: string) => string) => {
    const made = many(4, text);
    for (const { record } of made) {
      const { changed } = record;
      record.changed = {
        ...changed!,
        folders: changed!.folders.map((one) =>
          one.folder === "" ? one : { ...one, folder: text(one.folder) }
        ),
      };
      record.largest = record.largest.map((one) => ({ ...one, path: text(one.path) }));
      record.often = record.often.map((one) => ({ ...one, path: text(one.path) }));
    }
    return made;
  };
  await tab.open(write("plain", jobs((text) => text)));
  const plain = await tab.ask<string>(shape);
  for (const hostile of HOSTILE) {
    await tab.open(write("hostile", jobs((text) => `${text} ${hostile}`)));
    assertEquals(await tab.ask(shape), plain, hostile);
    await size(tab, 320, 640, "light");
    await tab.ask(OPEN_ALL);
    assertEquals(await tab.ask("document.scrollingElement.scrollWidth"), 320, hostile);
    assertEquals(await tab.ask("document.title.startsWith('2 of 4')"), true);
  }
  // also the only mirror, whose folders are its heading
  for (const hostile of HOSTILE) {
    await tab.open(write("lone", [once(jobOf(null, `/s/${hostile}`, `/r/${hostile}`), PHOTOS.record)]));
    assertEquals(await tab.ask("document.querySelectorAll('h1,h2').length"), 2);
    assertEquals(await tab.ask("document.scrollingElement.scrollWidth"), 320, hostile);
  }
});

Deno.test("a page of twelve jobs with 90 days each has less than 500 kB, and comes at once", async () => {
  const long = (text: string) =>
    `${text} with a name as people give it to folders/and below/IMG_20261121_123456.jpg`;
  const jobs = many(12, long);
  const took = await least(1000, () => {
    const began = performance.now();
    const text = [...page(jobs, NOW)].join("\n");
    assert(new TextEncoder().encode(text).length < 500_000, `${text.length}`);
    return performance.now() - began;
  });
  assert(took < 1000, `${took} ms`);
});
