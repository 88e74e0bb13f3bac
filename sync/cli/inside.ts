/** Whether one path lies in another by its name alone. Pure. */
import { SYSTEM, type System } from "../system.ts";

/** Both are absolute. A folder does not lie in itself. On Windows small letters and capitals are the same. */
export function isInside(
  path: string,
  folder: string,
  { separator }: Pick<System, "separator"> = SYSTEM,
): boolean {
  const start = folder.endsWith(separator) ? folder : `${folder}${separator}`;
  return separator === "/" ? path.startsWith(start) : path.toLowerCase().startsWith(start.toLowerCase());
}
