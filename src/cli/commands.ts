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
import { COMPLETIONS } from "./completions.ts";
import { DB } from "./db.ts";
import { DEMO } from "./demo.ts";
import { DRY_RUN } from "./dry_run.ts";
import { EVENTS } from "./events.ts";
import { EXPLAIN } from "./explain.ts";
import { GEN_CONFIG } from "./gen_config.ts";
import { IMPORT } from "./import.ts";
import { LIST_BANS } from "./list_bans.ts";
import { LIST_FILTERS } from "./list_filters.ts";
import { MAN } from "./man.ts";
import { PERMISSIONS } from "./permissions.ts";
import { RELOAD } from "./reload.ts";
import { RUN } from "./run.ts";
import { SELF_CHECK } from "./self_check.ts";
import { STATS } from "./stats.ts";
import { STATUS } from "./status.ts";
import { TEST_FILTER } from "./test_filter.ts";
import { TOP } from "./top.ts";
import { UNBAN } from "./unban.ts";
import { VERSION } from "./version.ts";

/** Every command there is. */
export const COMMANDS: readonly Command[] = [
  DEMO,
  RUN,
  CHECK,
  SELF_CHECK,
  STATUS,
  TOP,
  LIST_BANS,
  EXPLAIN,
  EVENTS,
  STATS,
  BAN,
  UNBAN,
  RELOAD,
  TEST_FILTER,
  DRY_RUN,
  LIST_FILTERS,
  GEN_CONFIG,
  IMPORT,
  CLIENT,
  ACTION,
  DB,
  PERMISSIONS,
  COMPLETIONS,
  MAN,
  VERSION,
];
