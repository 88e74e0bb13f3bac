/** The manual's tables of options and exit statuses as they must read, with one space where the formatter pads. */
import { EXIT_STATUSES } from "../../sync/cli/exit_status.ts";
import { OPTIONS } from "../../sync/cli/option_table.ts";

export function statusRows(): string[] {
  return EXIT_STATUSES.map(({ number, meaning }) => `| ${number} | ${meaning} |`);
}

export function optionRows(): string[] {
  return OPTIONS.map(({ letter, name, value, help }) => {
    const signature = `${letter ? `\`-${letter}\`, ` : ""}\`--${name}${value ? ` <${value}>` : ""}\``;
    return `| ${escaped(signature)} | ${escaped(help)} |`;
  });
}

function escaped(cell: string): string {
  return cell.replaceAll("|", "\\|");
}
