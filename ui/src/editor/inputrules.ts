import { InputRule, inputRules, textblockTypeInputRule, wrappingInputRule } from 'prosemirror-inputrules';
import type { MarkType } from 'prosemirror-model';
import type { Plugin } from 'prosemirror-state';
import { nodeType } from './commands';
import { schema } from './schema';

/** Latin, Arabic-Indic and Persian digits as a number. */
export function readNumber(digits: string): number {
  const latin = digits
    .replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x660))
    .replace(/[۰-۹]/g, (digit) => String(digit.charCodeAt(0) - 0x6f0));
  return Number.parseInt(latin, 10) || 1;
}

/** Text between `fence`s becomes emphasised and loses the fences when the last one is typed. */
function emphasisRule(fence: RegExp, type: MarkType): InputRule {
  return new InputRule(fence, (state, match, start, end) => {
    const text = match[2];
    if (!text) return null;
    const lead = match[1]?.length ?? 0;
    const from = start + lead;
    const open = match[0].slice(lead).indexOf(text);
    const tr = state.tr;
    const textStart = from + open;
    const textEnd = textStart + text.length;
    if (state.doc.rangeHasMark(from, end, schema.marks.code as MarkType)) return null;
    if (textEnd < end) tr.delete(textEnd, end);
    if (textStart > from) tr.delete(from, textStart);
    tr.addMark(from, from + text.length, type.create());
    tr.removeStoredMark(type);
    return tr;
  });
}

/** What hands that know Markdown type; Backspace right afterwards takes the change back. */
export function typingRules(): Plugin {
  const { strong, em, strike, code } = schema.marks;
  const rules = [
    textblockTypeInputRule(/^(#{1,6})\s$/, nodeType('heading'), (match) => ({
      level: match[1]?.length ?? 2,
    })),
    wrappingInputRule(/^\s*([-+*•])\s$/, nodeType('bullet_list')),
    wrappingInputRule(
      /^\s*([0-9٠-٩۰-۹]{1,3})[.)-]\s$/,
      nodeType('ordered_list'),
      (match) => ({ start: readNumber(match[1] ?? '1') }),
      (match, node) => node.childCount + (node.attrs.start as number) === readNumber(match[1] ?? '1'),
    ),
    wrappingInputRule(/^\s*>\s$/, nodeType('blockquote')),
    textblockTypeInputRule(/^```$/, nodeType('code_block')),
    new InputRule(/^---$/, (state, _match, start) => {
      const $start = state.doc.resolve(start);
      if ($start.parent.type.name !== 'paragraph' || $start.depth !== 1) return null;
      const rule = nodeType('horizontal_rule').create();
      return state.tr.replaceWith($start.before(), $start.after(), [rule, nodeType('paragraph').create()]);
    }),
  ];
  if (strong) rules.push(emphasisRule(/(^|[^*])\*\*([^*\s](?:[^*]*[^*\s])?)\*\*$/u, strong));
  if (em) rules.push(emphasisRule(/(^|[^*])\*([^*\s](?:[^*]*[^*\s])?)\*$/u, em));
  if (strike) rules.push(emphasisRule(/(^|[^~])~~([^~\s](?:[^~]*[^~\s])?)~~$/u, strike));
  if (code) rules.push(emphasisRule(/(^|[^`])`([^`]+)`$/u, code));
  return inputRules({ rules });
}
