import type { useT } from '../../text';

/** The last name of a path of any system. */
export function fileName(path: string): string {
  return path.split(/[\\/]/).filter(Boolean).at(-1) ?? path;
}

/** What a failure is about, with a file by its name alone: the person has just chosen it. */
export function shortened(params: Record<string, string>): Record<string, string> {
  return params.file ? { file: fileName(params.file) } : {};
}

/** A name with the minute behind it, so that the next one is another; no sentence, which would bring marks of direction. */
export function stamped(
  t: ReturnType<typeof useT>,
  name: 'carry.name.package' | 'carry.name.receipts' | 'carry.name.handover',
  now = new Date(),
): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const day = [now.getFullYear(), two(now.getMonth() + 1), two(now.getDate())].join('-');
  return `${t(name)} ${day} ${two(now.getHours())}${two(now.getMinutes())}`;
}
