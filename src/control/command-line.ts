/** A line of the help, read: what may be typed. */
export interface CommandLine {
  /** `owed resolve ORDER --how ...` begins with `owed` and `resolve`. */
  readonly words: readonly string[];
  /** `ORDER`, `bash|zsh`; undefined where nothing stands behind the words. */
  readonly operand: string | undefined;
  /** By name; what they take as `N`, `gopay|qris`, or undefined for one that takes nothing. */
  readonly options: ReadonlyMap<string, string | undefined>;
}

export function commandLine(usage: string): CommandLine {
  // `[FILE|--config FILE]`: either of them.
  const [before = '', ...named] = usage.replaceAll(/[[\]]/g, '').replaceAll('|--', ' --').split(' --');
  const tokens = before.trim().split(' ');
  const end = tokens.findIndex((token) => !/^[a-z-]+$/.test(token));
  return {
    words: end === -1 ? tokens : tokens.slice(0, end),
    operand: end === -1 ? undefined : tokens[end],
    options: new Map(named.map((each) => each.trim().split(' ')).map(([name = '', takes]) => [name, takes])),
  };
}

/** The lines that begin with the most of the words that were typed: `owed resolve` is another command than `owed`. */
export function longestOf<L extends Pick<CommandLine, 'words'>>(
  lines: readonly L[],
  typed: readonly string[],
): readonly L[] {
  const whole = lines.filter(({ words }) => words.every((word, at) => word === typed[at]));
  const most = Math.max(0, ...whole.map(({ words }) => words.length));
  return whole.filter(({ words }) => words.length === most);
}
