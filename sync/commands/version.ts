/** `lockstep --version --verbose`: which program this is, and what it would run with. Needs no permission. */
import { versionText } from "../cli/version_text.ts";
import { edgeFacts, programFacts } from "./here.ts";

/** Several lines. */
export async function version(): Promise<string> {
  return versionText(programFacts(), await edgeFacts(null, Deno.build.os === "windows" ? "C:\\" : "/"), {
    os: Deno.build.os,
    cores: navigator.hardwareConcurrency,
  });
}
