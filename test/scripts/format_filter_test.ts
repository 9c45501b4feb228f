import assert from "node:assert/strict";
import { readFilters } from "../../scripts/filter_jail.ts";
import { formatFilter } from "../../scripts/format_filter.ts";
import { parseFilterFile } from "../../src/config/filter_file.ts";

Deno.test("formatFilter() orders keys, puts comments above, and chooses quotes", () => {
  const messy = `
# what it is
fail=[ "a \\\\d <HOST>", # the first
# the second
'b <HOST>' ]
description='d'   # beside
[[hit]]
host='192.0.2.1'
line="say \\"a\\" 192.0.2.1"
# the end
`;
  assert.equal(
    formatFilter(messy),
    `# beside
description = "d"

# what it is
fail = [
  # the first
  'a \\d <HOST>',
  # the second
  "b <HOST>",
]

[[hit]]
line = 'say "a" 192.0.2.1'
host = "192.0.2.1"

# the end
`,
  );
});

Deno.test("formatFilter() changes nothing that a filter says, and nothing the second time", () => {
  for (const { text, filter } of readFilters()) {
    const shuffled = text.split("\n\n").join("\n\n\n");
    const formatted = formatFilter(shuffled);
    assert.deepEqual(parseFilterFile(formatted, filter.file), filter);
    assert.equal(formatFilter(formatted), formatted);
  }
});
