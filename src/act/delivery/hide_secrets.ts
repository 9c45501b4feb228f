/**
 * Keeps secrets out of what actions say.
 *
 * @module
 */

/** Shorter words would be found in what is no secret. */
const LEAST_LENGTH = 4;

/**
 * Far sides and libraries like to repeat what they were given, such as the URL that a token is part of.
 *
 * @param secrets texts, each line of which is one
 * @returns the text with `[secret]` in place of each
 */
export function hideSecrets(
  text: string,
  secrets: readonly string[],
): string {
  const words = secrets.flatMap((secret) => secret.split("\n"))
    .map((line) => line.trim())
    .filter((line) => line.length >= LEAST_LENGTH)
    // The longer one first: another may be a part of it.
    .sort((a, b) => b.length - a.length);
  return words.reduce(
    (shown, word) =>
      shown.replaceAll(word, "[secret]")
        .replaceAll(encodeURIComponent(word), "[secret]"),
    text,
  );
}
