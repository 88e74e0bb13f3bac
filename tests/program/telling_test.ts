/** `--on-failure`, `--on-success` and `--on-change` of the real program, and the examples of docs/telling.md. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { has, killIfRunning, lockstep, until } from "../support/program.ts";
import { assertInSync, file, inFolder, isThere, plant, readIfThere } from "../support/tree.ts";

const DOCUMENT = Deno.readTextFileSync(new URL("../../docs/telling.md", import.meta.url));

function script(path: string, text: string): string {
  Deno.writeTextFileSync(path, text);
  Deno.chmodSync(path, 0o755);
  return path;
}

Deno.test("a program that Deno may not run is one line at the start, and nothing is mirrored", () =>
  inFolder(async (at) => {
    plant(`${at}/s`, { a: file("1") });
    const tell = script(`${at}/tell`, "#!/bin/sh\n");
    const words = [`${at}/s`, `${at}/r`, "--on-change", `${tell} a`];
    for (const grants of [[], ["--allow-run=/usr/bin/env"]]) {
      const { status, err } = await lockstep(words, { grants });
      assertEquals(status, 1);
      assertEquals(err.trim().split("\n").length, 1);
      assertStringIncludes(
        err,
        `Deno may not run "${tell}", which --on-change names: run with --allow-run=${tell}`,
      );
    }
    assertEquals(isThere(`${at}/r`), false);
  }));

Deno.test("a pass is told to its commands before the program ends, whatever they do", () =>
  inFolder(async (at) => {
    plant(`${at}/s`, { a: file("1") });
    const tell = script(`${at}/tell`, `#!/bin/sh\nsleep 0.3; cat > "${at}/$1"; exit 7\n`);
    const words = [`${at}/s`, `${at}/r`, "--on-change", `${tell} change`, "--on-success", `${tell} 'a b'`];
    const { status, err } = await lockstep(words, { grants: [`--allow-run=${tell}`] });
    assertEquals(status, 0);
    assertInSync(`${at}/s`, `${at}/r`);
    const summary = JSON.parse(readIfThere(`${at}/change`));
    assertEquals([summary.why, summary.created, summary.replica], ["change", 2, `${at}/r`]);
    assertEquals(JSON.parse(readIfThere(`${at}/a b`)).why, "success");
    assertStringIncludes(err, `The command of --on-change, "${tell}", ended with status 7`);
  }));

Deno.test("a pass that is not possible is told, and the exit status is the same", () =>
  inFolder(async (at) => {
    const tell = script(`${at}/tell`, `#!/bin/sh\ncat > "${at}/told"\n`);
    const words = [`${at}/none`, `${at}/r`, "--on-failure", tell];
    const { status } = await lockstep(words, { grants: [`--allow-run=${tell}`] });
    const summary = JSON.parse(readIfThere(`${at}/told`));
    assertEquals([status, summary.status, summary.ended], [3, 3, "unusable"]);
    assertStringIncludes(summary.refusal, "Cannot use the source");
  }));

Deno.test("a slow command hears of the newest pass only, and the program waits for it", () =>
  inFolder(async (at) => {
    plant(`${at}/s`, { a: file("1") });
    const tell = script(`${at}/tell`, `#!/bin/sh\ncat >> "${at}/told"; sleep 2; echo >> "${at}/done"\n`);
    const words = [`${at}/s`, `${at}/r`, "--interval", "50ms", "--passes", "8", "--on-success", tell];
    const { status } = await lockstep(words, { grants: [`--allow-run=${tell}`] });
    assertEquals(status, 0);
    const all = readIfThere(`${at}/told`).trim().split("\n").map((line) => JSON.parse(line));
    assertEquals(readIfThere(`${at}/done`).length, all.length);
    const skipped = all.reduce((sum, { skipped }) => sum + skipped, 0);
    assert(skipped > 0, `${all.length} told`);
    // nobody is told of a pass twice, and the last pass is told
    assertEquals([all.length + skipped, all.at(-1)!.pass], [8, 8]);
  }));

/** The block of code after some words of the document. */
function blockAfter(words: string): string {
  const [, block] = /```\w*\n([^]*?)```/.exec(DOCUMENT.slice(DOCUMENT.indexOf(words))) ?? [];
  return block!;
}

/** A server, in a process of its own since tests may not listen: it writes the path and the body of each request. */
async function server(at: string) {
  const code = `const at = Deno.args[0];
    Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: ({ port }) => {
      Deno.writeTextFileSync(at + "/port.new", String(port));
      Deno.renameSync(at + "/port.new", at + "/port");
    } }, async (request) => {
      const one = { path: new URL(request.url).pathname, body: await request.text() };
      Deno.writeTextFileSync(at + "/heard", JSON.stringify(one) + "\\n", { append: true });
      return new Response("ok");
    });`;
  const process = new Deno.Command(Deno.execPath(), {
    args: ["eval", code, at],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  await until("the server is there", () => isThere(`${at}/port`));
  return {
    url: `http://127.0.0.1:${readIfThere(`${at}/port`)}`,
    heard: () =>
      readIfThere(`${at}/heard`).split("\n").filter((line) => line !== "").map((line) =>
        JSON.parse(line) as { path: string; body: string }
      ),
    async [Symbol.asyncDispose]() {
      killIfRunning(process);
      await process.status;
    },
  };
}

Deno.test("the mail of docs/telling.md goes out", () =>
  inFolder(async (at) => {
    const sendmail = script(`${at}/sendmail`, `#!/bin/sh\necho "$*" > "${at}/flags"; cat > "${at}/mail"\n`);
    const block = blockAfter("### Mail");
    assertStringIncludes(block, "/usr/sbin/sendmail");
    const mail = script(`${at}/lockstep-mail`, block.replaceAll("/usr/sbin/sendmail", sendmail));
    const words = [`${at}/none`, `${at}/r`, "--on-failure", `${mail} ada@example.org`];
    const { err } = await lockstep(words, { grants: [`--allow-run=${mail}`] });
    assert(!err.includes("The command"), err);
    assertEquals(readIfThere(`${at}/flags`), "-t\n");
    const [head, text, json] = readIfThere(`${at}/mail`).split("\n\n");
    assertEquals(head!.split("\n").slice(0, 2), ["To: ada@example.org", "Subject: Lockstep: failure "]);
    assertStringIncludes(text!, "Cannot use the source");
    assertEquals(JSON.parse(json!).status, 3);
  }));

const tools = has("curl") && has("jq") ? "" : " (skipped: no curl or jq)";

Deno.test({
  name: `the chat of docs/telling.md is told${tools}`,
  ignore: tools !== "",
  fn: () =>
    inFolder(async (at) => {
      await using web = await server(at);
      const chat = script(
        `${at}/lockstep-chat`,
        blockAfter("### A chat").replace("https://chat.example.org", web.url),
      );
      const words = [`${at}/none`, `${at}/r`, "--on-failure", chat];
      const { err } = await lockstep(words, { grants: [`--allow-run=${chat}`] });
      const heard = web.heard();
      assert(!err.includes("The command"), err);
      assertEquals(heard.map(({ path }) => path), ["/hooks/secret"]);
      const { text, ...others } = JSON.parse(heard[0]!.body);
      assertEquals(others, {});
      assertStringIncludes(text, `failure of ${at}/r: Cannot use the source`);
    }),
});

Deno.test({
  name: `the heartbeat of docs/telling.md is called${tools}`,
  ignore: tools !== "",
  fn: () =>
    inFolder(async (at) => {
      plant(`${at}/s`, { a: file("1") });
      const web = await server(at);
      const line = blockAfter("### A heartbeat").replaceAll("https://hc.example.org", web.url);
      const [, success, failure] = /--on-success '(.*)' --on-failure '(.*)'/.exec(line)!;
      const options = ["--on-success", success!, "--on-failure", failure!];
      const grants = ["--allow-run=/usr/bin/curl"];
      await lockstep([`${at}/s`, `${at}/r`, ...options], { grants });
      await lockstep([`${at}/none`, `${at}/r2`, ...options], { grants });
      await web[Symbol.asyncDispose]();
      const heard = web.heard();
      assertEquals(heard.map(({ path }) => path), ["/ping/photos", "/ping/photos/fail"]);
      assertEquals(JSON.parse(heard[1]!.body).status, 3);
      const { err } = await lockstep([`${at}/s`, `${at}/r`, ...options.slice(0, 2)], { grants });
      assertStringIncludes(err, "The command of --on-success");
    }),
});
