import {
  type Attrs,
  type DOMOutputSpec,
  type Mark,
  type Node,
  type NodeSpec,
  Schema,
} from 'prosemirror-model';

/** The two ways a line can run. `null` in a `dir` attribute means: by its first strong character. */
export type Direction = 'ltr' | 'rtl';

/** A column's alignment as Markdown tables know it; `null` follows the direction of the table. */
export type Align = 'left' | 'center' | 'right' | null;

/** Prefix of the address of a picture kept on this desk; the rest is the SHA-256 of its bytes. */
export const STORED_PICTURE = 'qalam:';

/** Prefix of the address of a picture that is still being stored. Such pictures never reach a saved text. */
export const PENDING_PICTURE = 'pending:';

/** Prefix of the address of another draft; the rest is its id. */
export const DRAFT_ADDRESS = 'qalam:draft/';

const DRAFT_LINK = /^qalam:draft\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** The id of the draft an address leads to; null for every other address. */
export function draftOf(address: string): string | null {
  return DRAFT_LINK.exec(address)?.[1] ?? null;
}

/** Schemes a link may lead to. Anything else is text, not a link. */
const LINK_SCHEMES = /^(https?:|mailto:|tel:)/i;

/** The address as it may be stored in a link, or null. Addresses without a scheme get `https://`. */
export function linkAddress(raw: string): string | null {
  const address = raw.trim();
  if (address === '' || /\s/.test(address)) return null;
  if (LINK_SCHEMES.test(address) || DRAFT_LINK.test(address)) return address;
  if (/^[^\s@/:]+@[^\s@/]+\.[^\s@/]+$/.test(address)) return `mailto:${address}`;
  if (/^[a-z][a-z0-9+.-]*:/i.test(address) && !/^[\w.-]+:\d+(\/|$)/.test(address)) return null;
  if (/^(\/|#|\?|\.\.?\/)/.test(address)) return address;
  return /^[^\s/]+\.[^\s/]{2,}/.test(address) ? `https://${address}` : null;
}

/** How wide a picture is shown: a quarter or half of the text as it usually is, or as wide as it is (empty). */
export type PictureSize = '' | 'small' | 'medium';

function isPictureSize(value: unknown): value is PictureSize {
  return value === '' || value === 'small' || value === 'medium';
}

function checkSize(value: unknown): void {
  if (!isPictureSize(value)) throw new RangeError(`No size: ${String(value)}`);
}

const direction = { dir: { default: null, validate: checkDirection } };

function checkDirection(value: unknown): void {
  if (value !== null && value !== 'ltr' && value !== 'rtl')
    throw new RangeError(`No direction: ${String(value)}`);
}

function readDirection(element: HTMLElement): Attrs {
  const dir = element.getAttribute('dir')?.toLowerCase();
  return { dir: dir === 'rtl' || dir === 'ltr' ? dir : null };
}

/** Only an override is written here; the automatic direction is a decoration (see direction.ts). */
function withDirection(node: Node): { dir?: string } {
  return node.attrs.dir ? { dir: node.attrs.dir as string } : {};
}

function readCell(element: HTMLElement): Attrs {
  const align = element.getAttribute('data-align') ?? element.getAttribute('align');
  const span = (name: string) =>
    Math.min(1000, Math.max(1, Number.parseInt(element.getAttribute(name) ?? '1', 10) || 1));
  return {
    align: align === 'left' || align === 'center' || align === 'right' ? align : null,
    colspan: span('colspan'),
    rowspan: span('rowspan'),
  };
}

function writeCell(tag: 'td' | 'th', node: Node): DOMOutputSpec {
  const attrs: Record<string, string> = {};
  if (node.attrs.align) attrs['data-align'] = node.attrs.align as string;
  if (node.attrs.colspan !== 1) attrs.colspan = String(node.attrs.colspan);
  if (node.attrs.rowspan !== 1) attrs.rowspan = String(node.attrs.rowspan);
  return [tag, attrs, 0];
}

const cellAttrs = {
  align: { default: null },
  colspan: { default: 1, validate: 'number' },
  rowspan: { default: 1, validate: 'number' },
  colwidth: { default: null },
};

const headingLevels = [1, 2, 3, 4, 5, 6];

const nodes: Record<string, NodeSpec> = {
  doc: { content: 'block+' },

  // First of the blocks: what an empty place is filled with.
  paragraph: {
    group: 'block',
    content: 'inline*',
    attrs: direction,
    parseDOM: [{ tag: 'p', getAttrs: readDirection }],
    toDOM: (node) => ['p', withDirection(node), 0],
  },

  heading: {
    group: 'block',
    content: 'inline*',
    defining: true,
    attrs: { level: { default: 2, validate: 'number' }, ...direction },
    parseDOM: headingLevels.map((level) => ({
      tag: `h${level}`,
      getAttrs: (element: HTMLElement) => ({ level, ...readDirection(element) }),
    })),
    toDOM: (node) => [`h${node.attrs.level as number}`, withDirection(node), 0],
  },

  blockquote: {
    group: 'block',
    content: 'block+',
    defining: true,
    attrs: direction,
    parseDOM: [{ tag: 'blockquote', getAttrs: readDirection }],
    toDOM: (node) => ['blockquote', withDirection(node), 0],
  },

  // `tight`: no blank lines between the items in Markdown.
  bullet_list: {
    group: 'block list',
    content: 'list_item+',
    attrs: { tight: { default: true, validate: 'boolean' }, ...direction },
    parseDOM: [{ tag: 'ul', getAttrs: readDirection }],
    toDOM: (node) => ['ul', withDirection(node), 0],
  },

  ordered_list: {
    group: 'block list',
    content: 'list_item+',
    attrs: {
      start: { default: 1, validate: 'number' },
      tight: { default: true, validate: 'boolean' },
      ...direction,
    },
    parseDOM: [
      {
        tag: 'ol',
        getAttrs: (element) => ({
          start: Number.parseInt(element.getAttribute('start') ?? '1', 10) || 1,
          ...readDirection(element),
        }),
      },
    ],
    toDOM: (node) => {
      const start = node.attrs.start as number;
      return ['ol', { ...withDirection(node), ...(start === 1 ? {} : { start: String(start) }) }, 0];
    },
  },

  // `checked` is null for an ordinary item, true or false for one with a box to tick.
  list_item: {
    content: 'block+',
    defining: true,
    attrs: { checked: { default: null, validate: 'boolean|null' } },
    parseDOM: [
      {
        tag: 'li',
        getAttrs: (element) => {
          const checked = element.getAttribute('data-checked');
          return { checked: checked === null ? null : checked === 'true' };
        },
      },
    ],
    toDOM: (node) => [
      'li',
      node.attrs.checked === null ? {} : { 'data-checked': String(node.attrs.checked) },
      0,
    ],
  },

  code_block: {
    group: 'block',
    content: 'text*',
    marks: '',
    code: true,
    defining: true,
    attrs: { info: { default: '', validate: 'string' } },
    parseDOM: [{ tag: 'pre', preserveWhitespace: 'full' }],
    // Code runs left to right in every language.
    toDOM: () => ['pre', { dir: 'ltr' }, ['code', 0]],
  },

  horizontal_rule: {
    group: 'block',
    parseDOM: [{ tag: 'hr' }],
    toDOM: () => ['hr'],
  },

  // `free`: cells are merged or headings stand elsewhere than in the first row, which Markdown's own tables cannot hold.
  table: {
    group: 'block',
    content: 'table_row+',
    tableRole: 'table',
    isolating: true,
    attrs: { free: { default: false, validate: 'boolean' }, ...direction },
    parseDOM: [
      {
        tag: 'table',
        getAttrs: (element) => ({ free: element.hasAttribute('data-free'), ...readDirection(element) }),
      },
    ],
    toDOM: (node) => [
      'div',
      { class: 'tableFrame', ...withDirection(node) },
      ['table', node.attrs.free ? { 'data-free': '' } : {}, ['tbody', 0]],
    ],
  },

  table_row: {
    // None while a command works; a row that is covered by others entirely goes at once (see tables.ts).
    content: '(table_cell | table_header)*',
    tableRole: 'row',
    parseDOM: [{ tag: 'tr' }],
    toDOM: () => ['tr', 0],
  },

  table_cell: {
    content: 'paragraph',
    tableRole: 'cell',
    isolating: true,
    attrs: cellAttrs,
    parseDOM: [{ tag: 'td', getAttrs: readCell }],
    toDOM: (node) => writeCell('td', node),
  },

  table_header: {
    content: 'paragraph',
    tableRole: 'header_cell',
    isolating: true,
    attrs: cellAttrs,
    parseDOM: [{ tag: 'th', getAttrs: readCell }],
    toDOM: (node) => writeCell('th', node),
  },

  footnote_definition: {
    group: 'block',
    content: 'block+',
    defining: true,
    isolating: true,
    attrs: { label: { validate: 'string' } },
    parseDOM: [
      {
        tag: 'section[data-footnote]',
        getAttrs: (element) => ({ label: element.getAttribute('data-footnote') ?? '' }),
      },
    ],
    toDOM: (node) => ['section', { 'data-footnote': node.attrs.label as string }, 0],
  },

  // Markdown or HTML this schema has no word for: shown, movable, deletable, and stored exactly as it came.
  opaque_block: {
    group: 'block',
    atom: true,
    attrs: { source: { validate: 'string' } },
    parseDOM: [
      {
        tag: 'div[data-opaque]',
        getAttrs: (element) => ({ source: element.getAttribute('data-opaque') ?? '' }),
      },
    ],
    toDOM: (node) => ['div', { 'data-opaque': node.attrs.source as string }],
  },

  text: { group: 'inline' },

  hard_break: {
    group: 'inline',
    inline: true,
    selectable: false,
    parseDOM: [{ tag: 'br' }],
    toDOM: () => ['br'],
  },

  image: {
    group: 'inline',
    inline: true,
    draggable: true,
    attrs: {
      src: { validate: 'string' },
      alt: { default: '', validate: 'string' },
      title: { default: '', validate: 'string' },
      size: { default: '', validate: checkSize },
    },
    parseDOM: [
      {
        tag: `img[src^="${STORED_PICTURE}"], img[src^="${PENDING_PICTURE}"]`,
        getAttrs: (element) => ({
          src: element.getAttribute('src') ?? '',
          alt: element.getAttribute('alt') ?? '',
          title: element.getAttribute('title') ?? '',
          size: isPictureSize(element.dataset.size) ? element.dataset.size : '',
        }),
      },
    ],
    toDOM: ({ attrs }) => [
      'img',
      {
        src: attrs.src as string,
        alt: attrs.alt as string,
        ...(attrs.title ? { title: attrs.title as string } : {}),
        ...(attrs.size ? { 'data-size': attrs.size as string } : {}),
      },
    ],
  },

  footnote_reference: {
    group: 'inline',
    inline: true,
    atom: true,
    attrs: { label: { validate: 'string' } },
    parseDOM: [
      {
        tag: 'sup[data-footnote]',
        getAttrs: (element) => ({ label: element.getAttribute('data-footnote') ?? '' }),
      },
    ],
    toDOM: (node) => ['sup', { 'data-footnote': node.attrs.label as string }, node.attrs.label as string],
  },

  opaque_inline: {
    group: 'inline',
    inline: true,
    atom: true,
    attrs: { source: { validate: 'string' } },
    parseDOM: [
      {
        tag: 'span[data-opaque]',
        getAttrs: (element) => ({ source: element.getAttribute('data-opaque') ?? '' }),
      },
    ],
    toDOM: (node) => ['span', { 'data-opaque': node.attrs.source as string }, node.attrs.source as string],
  },
};

export const schema = new Schema({
  nodes,
  // The order is the nesting: a link holds emphasis, never the other way round.
  marks: {
    link: {
      attrs: { href: { validate: 'string' }, title: { default: '', validate: 'string|null' } },
      inclusive: false,
      parseDOM: [
        {
          tag: 'a[href]',
          getAttrs: (element) => {
            const href = linkAddress(element.getAttribute('href') ?? '');
            return href === null ? false : { href, title: element.getAttribute('title') ?? '' };
          },
        },
      ],
      toDOM: (mark: Mark) => [
        'a',
        {
          href: mark.attrs.href as string,
          ...(mark.attrs.title ? { title: mark.attrs.title as string } : {}),
        },
        0,
      ],
    },
    strong: {
      parseDOM: [
        { tag: 'strong' },
        { tag: 'b', getAttrs: (element) => element.style.fontWeight !== 'normal' && null },
      ],
      toDOM: () => ['strong', 0],
    },
    em: { parseDOM: [{ tag: 'em' }, { tag: 'i' }], toDOM: () => ['em', 0] },
    strike: { parseDOM: [{ tag: 's' }, { tag: 'del' }, { tag: 'strike' }], toDOM: () => ['s', 0] },
    code: { parseDOM: [{ tag: 'code' }], toDOM: () => ['code', { dir: 'ltr' }, 0] },
  },
});
