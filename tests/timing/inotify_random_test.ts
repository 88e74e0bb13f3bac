/** Folders that are made, moved and removed by chance, faster than they are watched: in the end all are watched. */
import { assertEquals } from "@std/assert";
import { hearing, inotifyTest, wordsOf } from "../support/inotify.ts";
import { until } from "../support/program.ts";
import { type Dice, seeded } from "../support/random.ts";
import { plant } from "../support/tree.ts";

/** One thing that may happen to the folders in a list, which is changed with them. */
function change(at: string, folders: string[], { below }: Dice): void {
  const any = () => folders[below(folders.length)]!;
  const [from, name] = [any(), String.fromCharCode(97 + below(6))];
  const to = `${any()}/${name}`;
  const isWithin = (path: string, other: string) => `${path}/`.startsWith(`${other}/`);
  switch (below(4)) {
    case 0:
    case 1:
      if (folders.includes(to)) return;
      Deno.mkdirSync(`${at}${to}`);
      folders.push(to);
      return;
    case 2: {
      if (from === "" || folders.includes(to) || isWithin(to, from)) return;
      Deno.renameSync(`${at}${from}`, `${at}${to}`);
      folders.forEach((path, i) => {
        if (isWithin(path, from)) folders[i] = to + path.slice(from.length);
      });
      return;
    }
    case 3:
      if (from === "" || below(3) > 0) return;
      Deno.removeSync(`${at}${from}`, { recursive: true });
      folders.splice(0, Infinity, ...folders.filter((path) => !isWithin(path, from)));
  }
}

inotifyTest(
  "all folders are watched by their paths, whatever happened to them",
  (at, options) =>
    seeded(async (dice) => {
      for (let round = 0; round < 10; round++) {
        const root = `${at}/${round}`;
        const folders = [""];
        plant(root, {});
        for (let i = 0; i < 100; i++) change(root, folders, dice);
        const opening = hearing(root, options);
        for (let i = 0; i < 300; i++) {
          change(root, folders, dice);
          // now and then what listens gets its turn
          if (dice.below(10) === 0) await new Promise((resolve) => setTimeout(resolve, dice.below(3)));
        }
        await using watch = await opening;
        await watch.of(() => {});
        await until("each is watched", async () => await watch.watches() === folders.length);
        const heard = await watch.of(() => {
          for (const path of folders) plant(root + path, { file: "1" });
        });
        assertEquals(
          heard.filter((word) => word.endsWith("file")),
          folders.map((path) => `appeared ${`${path}/file`.slice(1)}`).sort(),
          wordsOf(watch.heard).join("\n"),
        );
      }
    }),
);
