/** Folders of both trees that are swapped for links all the time: with the native edge nothing gets in or out. */
import { assert, assertEquals } from "@std/assert";
import { isSystemError } from "../../sync/system_error.ts";
import { hasNative } from "../support/edges.ts";
import { running } from "../support/program.ts";
import { seeded } from "../support/random.ts";
import { assertInSync, harvest, inFolder, plant, readIfThere, type Tree } from "../support/tree.ts";
import { figure, times } from "./tools.ts";

/** Folders in one another, with files of one content. */
function nested(content: string): Tree {
  const inner = { f: content, g: content };
  return { d: { ...inner, d: { ...inner, d: { ...inner, d: inner } }, e: inner } };
}

/** A file of six bytes, which only the secret and the canary have. */
const FOREIGN = / file .* 6 [0-9a-f]+$/;

const FOLDERS = ["d", "d/d", "d/d/d", "d/d/d/d", "d/e"];

/** Whether something could be done, which a pass may have made impossible. */
function ended(act: () => void): boolean {
  try {
    act();
    return true;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return false;
  }
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 0));

Deno.test({
  name: "loops that swap folders of both trees for links lead nothing out of the native edge, and nothing in",
  ignore: !hasNative,
  fn: () =>
    seeded((dice) =>
      inFolder(async (at) => {
        plant(at, {
          source: nested("1"),
          replica: nested("old"),
          secret: nested("secret"),
          canary: { ...nested("canary"), more: "canary" },
        });
        const canary = harvest(`${at}/canary`);
        const flags = ["--allow-read", "--allow-write", "--allow-ffi"];
        const words = [
          `${at}/source`,
          `${at}/replica`,
          "1ms",
          "-q",
          "--max-delete=100%",
          "--log-file",
          `${at}/log`,
        ];
        let [swaps, tries] = [0, 0];
        {
          await using run = running(words, { flags, edge: "as flags say" });
          for (const end = Date.now() + times(6000); Date.now() < end;) {
            const [side, lure] = dice.below(2) === 0 ? ["source", "secret"] : ["replica", "canary"];
            const folder = FOLDERS[dice.below(FOLDERS.length)]!;
            const [path, aside] = [`${at}/${side}/${folder}`, `${at}/aside ${tries++}`];
            // a pass works there, too: it may have made a folder of the replica anew, or be about to
            if (ended(() => Deno.renameSync(path, aside))) {
              Deno.symlinkSync(`${at}/${lure}/${folder}`, path);
              for (let rest = dice.below(3); rest > 0; rest--) await pause();
              ended(() => Deno.removeSync(path));
              if (ended(() => Deno.renameSync(aside, path))) swaps++;
            } else await pause();
            assertEquals(harvest(`${at}/replica`).filter((line) => FOREIGN.test(line)), []);
          }
          assertEquals((await run.stop()).status, 0);
        }
        assert(swaps > 100, `only ${swaps} swaps`);
        figure("folders swapped for links under the native edge", swaps);
        assertEquals(harvest(`${at}/canary`), canary);
        assert(readIfThere(`${at}/log`).length > 0);
        await using last = running(words, { flags, edge: "as flags say" });
        await new Promise((resolve) => setTimeout(resolve, 1000));
        await last.stop();
        assertInSync(`${at}/source`, `${at}/replica`);
      })
    ),
});
