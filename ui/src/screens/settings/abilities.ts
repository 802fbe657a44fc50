import type { PortalRow } from '../../backend/wire';
import type { MessageId, Values } from '../../text';
import type { Formats } from '../../text/formats';

export interface Ability {
  id: MessageId;
  values?: Values;
  /** It keeps something from being as one expects. */
  limit?: boolean;
}

type Has = (id: string) => boolean;

/**
 * What a portal said it can do, in sentences: first what it is, then what it takes, then its limits. Words this build has
 * no sentence for are passed over, and so is what is not of the expected shape: a portal's answer is not trusted.
 */
export function abilities(
  portal: Pick<PortalRow, 'capabilities' | 'kind'>,
  formats: Pick<Formats, 'bytes' | 'list' | 'languageName'>,
  has: Has,
): Ability[] {
  const told = portal.capabilities;
  const text = (key: string) => (typeof told[key] === 'string' ? (told[key] as string) : '');
  const size = (key: string) =>
    typeof told[key] === 'number' && told[key] > 0 ? (told[key] as number) : null;
  const words = (key: string) =>
    Array.isArray(told[key]) ? told[key].filter((one): one is string => typeof one === 'string') : [];
  const all: Ability[] = [];
  if (Object.keys(told).length === 0) return all;
  const depth = text('depth');
  if (depth && has(`settings.portal.depth.${depth}`)) {
    all.push({ id: `settings.portal.depth.${depth}` as MessageId });
  }
  if (text('account')) all.push({ id: 'settings.portal.can.account', values: { name: text('account') } });
  const languages = words('languages');
  if (languages.length > 0) {
    all.push({
      id: 'settings.portal.can.languages',
      values: { languages: formats.list(languages.map(formats.languageName)) },
    });
  }
  const file = size('file_bytes');
  if (file !== null) all.push({ id: 'settings.portal.can.file', values: { size: formats.bytes(file) } });
  if (told.resumable === true) all.push({ id: 'settings.portal.can.resume' });
  if (text('receipts') !== 'read_back') all.push({ id: 'settings.portal.can.receipts' });
  if (told.comments !== false) all.push({ id: 'settings.portal.can.comments' });
  for (const word of words('limits')) {
    const id = `settings.portal.limit.${word}`;
    if (has(id)) all.push({ id: id as MessageId, limit: true });
  }
  return all;
}
