/**
 * `fail2deno db export`.
 *
 * @module
 */

import { readState } from "../store/state_reader.ts";
import { EXIT, type ExitCode } from "../util/exit_codes.ts";
import type { Invocation } from "./command.ts";
import { absolutePath } from "./setup.ts";
import { existingState, explainFlaw } from "./state_file.ts";
import { formatHeader, formatRecord } from "./state_lines.ts";
import { attemptWrite } from "./write_text.ts";

/** Characters that are written at once. */
const PIECE = 65_536;

/** Writes the state as JSON Lines. */
export async function exportState(invocation: Invocation): Promise<ExitCode> {
  const path = await existingState(invocation);
  const [, file] = invocation.words;
  try {
    if (file === undefined || file === "-") {
      for (const piece of pieces(path)) invocation.context.out(piece);
    } else writeFile(absolutePath(file), pieces(path));
  } catch (error) {
    throw explainFlaw(error, path);
  }
  return EXIT.ok;
}

function* pieces(path: string): Generator<string> {
  let piece = formatHeader(new Date());
  for (const record of readState(path)) {
    piece += formatRecord(record);
    if (piece.length < PIECE) continue;
    yield piece;
    piece = "";
  }
  yield piece;
}

/** Who was banned when is nobody else's business. The file is there when all of it is. */
function writeFile(path: string, texts: Iterable<string>): void {
  const draft = `${path}.new`;
  const encoder = new TextEncoder();
  attemptWrite(path, () => {
    {
      using file = Deno.openSync(draft, {
        ...{ create: true, write: true, truncate: true },
        mode: 0o600,
      });
      for (const text of texts) writeAll(file, encoder.encode(text));
    }
    Deno.renameSync(draft, path);
  });
}

function writeAll(file: Deno.FsFile, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) {
    at += file.writeSync(bytes.subarray(at));
  }
}
