/**
 * The table of commands, in the order in which help lists them.
 *
 * @module
 */

import { ACTION } from "./action.ts";
import { BAN } from "./ban.ts";
import { CHECK } from "./check.ts";
import { CLIENT } from "./client.ts";
import type { Command } from "./command.ts";
import { DB } from "./db.ts";
import { DEMO } from "./demo.ts";
import { DRY_RUN } from "./dry_run.ts";
import { GEN_CONFIG } from "./gen_config.ts";
import { IMPORT } from "./import.ts";
import { LIST_BANS } from "./list_bans.ts";
import { LIST_FILTERS } from "./list_filters.ts";
import { PERMISSIONS } from "./permissions.ts";
import { REGEX } from "./regex.ts";
import { RELOAD } from "./reload.ts";
import { RUN } from "./run.ts";
import { SELF_CHECK } from "./self_check.ts";
import { STATS } from "./stats.ts";
import { STATUS } from "./status.ts";
import { UNBAN } from "./unban.ts";
import { VERSION } from "./version.ts";

/** Every command there is. */
export const COMMANDS: readonly Command[] = [
  DEMO,
  RUN,
  CHECK,
  SELF_CHECK,
  STATUS,
  LIST_BANS,
  STATS,
  BAN,
  UNBAN,
  RELOAD,
  REGEX,
  DRY_RUN,
  LIST_FILTERS,
  GEN_CONFIG,
  IMPORT,
  CLIENT,
  ACTION,
  DB,
  PERMISSIONS,
  VERSION,
];
