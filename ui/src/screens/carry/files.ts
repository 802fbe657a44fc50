/** The last name of a path of any system. */
export function fileName(path: string): string {
  return path.split(/[\\/]/).filter(Boolean).at(-1) ?? path;
}

/** What a failure is about, with a file by its name alone: the person has just chosen it. */
export function shortened(params: Record<string, string>): Record<string, string> {
  return params.file ? { file: fileName(params.file) } : {};
}

/**
 * The name of a new file, with the minute in it, so that the next one is another. The same plain letters in every
 * language: it goes over old sticks and through mail programs, and stands whole inside Arabic.
 */
export function stamped(stem: string, now = new Date()): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const day = [now.getFullYear(), two(now.getMonth() + 1), two(now.getDate())].join('-');
  return `qalam-${stem}-${day}-${two(now.getHours())}${two(now.getMinutes())}`;
}
