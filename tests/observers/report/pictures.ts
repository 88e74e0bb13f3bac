/**
 * Makes the pictures of the report in docs/pictures/:
 *
 *   deno run -A tests/observers/report/pictures.ts
 */
import { page } from "../../../sync/observers/report/page.ts";
import type { Shown } from "../../../sync/observers/report/job.ts";
import type { Outcome } from "../../../sync/observers/report/record.ts";
import { chromium } from "../../support/chromium.ts";
import { HOUR, jobOf, nightly, once } from "./samples.ts";

const NOW = new Date(2026, 10, 22, 8, 12).getTime();

function outcomes(ago: number): Outcome | null {
  if (ago === 50) return null;
  return ({ 9: "failed", 20: "partly", 33: "unusable", 34: "unusable" } as const)[ago] ?? "ok";
}

const photos = jobOf(null, "/home/ada/photos", "/mnt/nas/photos", "--trash");
const several: Shown[] = ["photos", "books", "mail", "music"].map((name, i) => ({
  job: jobOf(name, `/srv/${name}`, `/mnt/backup/${name}`, "1h", "--trash"),
  record: nightly(NOW, {
    outcomes: (ago) => name === "mail" && ago === 0 ? "failed" : outcomes(ago + i),
    seed: i + 1,
    problems: ['Cannot copy "inbox/new/1700000000.M1P2.host" in the source: permission denied'],
    advice: [
      "Permission denied: let the user who runs Lockstep read the source and write the replica, or leave the path out by --exclude.",
    ],
  }),
  running: null,
  next: NOW + HOUR,
  isOver: false,
}));

const PICTURES = [
  ["report-light", [once(photos, nightly(NOW, { outcomes }))], "light", 820],
  ["report-dark", several, "dark", 820],
] as const;

const at = Deno.makeTempDirSync();
const folder = new URL("../../../docs/pictures/", import.meta.url);
Deno.mkdirSync(folder, { recursive: true });
{
  await using browser = await chromium(`${at}/profile`);
  const tab = await browser.tab();
  for (const [name, jobs, scheme, height] of PICTURES) {
    Deno.writeTextFileSync(`${at}/page.html`, [...page(jobs, NOW)].join("\n"));
    await tab.call("Emulation.setDeviceMetricsOverride", {
      width: 1100,
      height,
      deviceScaleFactor: 1,
      mobile: true,
    });
    await tab.call("Emulation.setEmulatedMedia", {
      features: [{ name: "prefers-color-scheme", value: scheme }],
    });
    await tab.open(`${at}/page.html`);
    const { data } = await tab.call<{ data: string }>("Page.captureScreenshot", { format: "png" });
    Deno.writeFileSync(
      new URL(`${name}.png`, folder),
      Uint8Array.from(atob(data), (one) => one.charCodeAt(0)),
    );
  }
}
Deno.removeSync(at, { recursive: true });
