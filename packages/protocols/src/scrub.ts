/**
 * An upstream's words made fit for a client and a log: without keys, tokens, passwords, account ids, inner addresses and
 * the queries of URLs, on one line, at most 500 characters. It cannot know a prompt when it sees one.
 */
export function scrub(text: string): string {
  // Longer than what is kept, so that a key that stands on the border is seen whole.
  let words = text.slice(0, 4 * MAX_LENGTH).replaceAll(CONTROL, ' ')
  for (const [pattern, replacement] of RULES) words = words.replaceAll(pattern, replacement)
  words = words.trim()
  return words.length <= MAX_LENGTH ? words : `${words.slice(0, MAX_LENGTH - 1)}…`
}

const MAX_LENGTH = 500
const CONTROL = /[\p{Cc}\u2028\u2029]+/gu

const RULES: readonly (readonly [RegExp, string])[] = [
  [/\b(bearer|basic)\s+[^\s"',;]+/gi, '$1 [redacted]'],
  [
    /\b(api[-_ ]?key|access[-_ ]?token|token|password|secret|authorization)(\s+provided)?["']?\s*[:=]\s*["']?[^\s"',;]+/gi,
    '$1$2: [redacted]',
  ],
  [/\bhttps?:\/\/[^\s"'<>)\]]*[?@#][^\s"'<>)\]]*/gi, '[url]'],
  [/\bhttps?:\/\/(?:localhost|\[[0-9a-f:.]+\]|[^\s"'<>)\].:/]+|(?:\d{1,3}\.){3}\d{1,3})(?=[:/\s"']|$)[^\s"'<>)\]]*/gi, '[url]'],
  [/\b(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?\b/g, '[address]'],
  [/\beyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?/g, '[redacted]'],
  [/\b(?:sk|pk|rk|gsk|xai|hf|ghp|pplx|nvapi|csk|fw|tgp|r8|key|org|proj|acct)[-_][\w*.-]{6,}/gi, '[redacted]'],
  [/\bAIza[\w-]{10,}/g, '[redacted]'],
  [/[^\s"'`]*\*{3,}[^\s"'`]*/g, '[redacted]'],
  // Letters and digits without a break, as no word and no model's name is.
  [/\b(?=\w*\d)(?=\w*[a-z])\w{32,}\b/gi, '[redacted]'],
]
