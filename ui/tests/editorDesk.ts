import { Failure } from '../src/backend/failure';
import type { Attachment, Commands, Draft, Finding, LanguageVersion, RevisionRow } from '../src/backend/wire';
import type { DocumentJson } from '../src/editor/document';
import { FakeDesk } from './fake';
import { emptyDraft } from './samples';

// A piece in two languages with a text of every kind, and a desk that saves it as the real one does.

const NOW = '2026-11-21T09:00:00.000Z';

const text = (value: string, ...marks: string[]): DocumentJson => ({
  type: 'text',
  text: value,
  ...(marks.length > 0 ? { marks: marks.map((type) => ({ type })) } : {}),
});
const block = (
  type: string,
  content: (string | DocumentJson)[],
  attrs?: Record<string, unknown>,
): DocumentJson => ({
  type,
  ...(attrs ? { attrs } : {}),
  content: content.map((one) => (typeof one === 'string' ? text(one) : one)),
});
const p = (...content: (string | DocumentJson)[]) => block('paragraph', content);
const cell = (value: string, type = 'table_cell') => block(type, [p(value)]);

export const arabic: DocumentJson = block('doc', [
  p(
    'أعلنت وزارة الصحة النموذجية يوم الأحد بدء حملة تطعيم ضد الحصبة في ثلاث محافظات، وتستمر حتى ',
    text('15 ديسمبر', 'strong'),
    '. وقالت الوزارة إن الفرق ستزور 450 قرية، بدعم من WHO وUNICEF',
    { type: 'footnote_reference', attrs: { label: '1' } },
    '.',
  ),
  block('heading', ['من تشمله الحملة'], { level: 2 }),
  block('bullet_list', [
    block('list_item', [p('الأطفال من 9 أشهر إلى 5 سنوات')]),
    block('list_item', [p('MR vaccine for health workers')]),
    block('list_item', [p('العاملون الصحيون في المراكز الأولية')]),
  ]),
  block('blockquote', [p('لن يبقى طفل بلا جرعة لأن بيته بعيد.')]),
  block('table', [
    block('table_row', [cell('المحافظة', 'table_header'), cell('الأطفال', 'table_header')]),
    block('table_row', [cell('الشمالية'), cell('52,000')]),
    block('table_row', [cell('الوسطى'), cell('41,000')]),
  ]),
  p('Contact point for partners: vaccination unit, Sample Ministry of Health.'),
  { type: 'opaque_block', attrs: { source: '<!-- source: bulletin 14 -->' } },
  p({ type: 'image', attrs: { src: `qalam:${'c'.repeat(64)}`, alt: '' } }),
  block('footnote_definition', [p('منظمة الصحة العالمية.')], { label: '1' }),
]);

export const english: DocumentJson = block('doc', [
  p('The Sample Ministry of Health began a measles vaccination campaign in three governorates on Sunday.'),
  block('heading', ['Who it reaches'], { level: 2 }),
  block('ordered_list', [
    block('list_item', [p('Children from 9 months to 5 years')]),
    block('list_item', [p('Health workers in primary care centres')]),
  ]),
  p('Teams will visit ', text('450 villages', 'strong'), ' before ', text('15 December', 'em'), '.'),
]);

const version = (lang: string, title: string, summary: string): LanguageVersion => ({
  lang,
  rev: `rev-${lang}-0`,
  title,
  summary,
  body: '',
  fields: {},
  words: 60,
  saved_at: lang === 'ar' ? '2026-11-21T08:50:00.000Z' : '2026-11-21T08:10:00.000Z',
  by: 'Sample Author',
});

/** A desk with one open piece; `saves` holds what it was sent. Set `refuse` to make the next save fail. */
export class EditorDesk extends FakeDesk {
  readonly id: string = crypto.randomUUID();
  documents: Record<string, unknown> = { ar: arabic, en: english };
  refuse: Failure | null = null;
  /** Every save fails, as on a full disk. */
  refuseAll: Failure | null = null;
  findings: Finding[] = [
    {
      code: 'picture_without_alt',
      severity: 'error',
      field: 'body',
      lang: 'ar',
      params: { name: 'clinic.jpg' },
    },
    {
      code: 'missing_field',
      severity: 'error',
      field: 'eventDate',
      lang: null,
      params: { field: 'eventDate' },
    },
    {
      code: 'text_too_short',
      severity: 'warning',
      field: 'summary',
      lang: 'en',
      params: { length: '38', min: '40' },
    },
  ];
  revisions: RevisionRow[] = [
    {
      rev: 'rev-ar-0',
      at: NOW,
      by: 'Sample Author',
      words: 60,
      title: 'بدء حملة التطعيم',
      current: true,
      aside: false,
      handed_at: null,
    },
    {
      rev: 'rev-ar-old',
      at: '2026-11-20T15:12:00.000Z',
      by: 'Sample Author',
      words: 41,
      title: 'حملة',
      current: false,
      aside: false,
      handed_at: null,
    },
    {
      rev: 'rev-ar-aside',
      at: '2026-11-20T15:02:00.000Z',
      by: 'Sample Approver',
      words: 40,
      title: 'حملة أخرى',
      current: false,
      aside: true,
      handed_at: null,
    },
  ];
  private count = 0;

  constructor(more: Partial<Draft> = {}) {
    super({
      'drafts.document': ({ lang }) => ({ rev: this.version(lang).rev, document: this.documents[lang] }),
      'drafts.save': ({ lang, base, title, summary, document, fields }) => {
        const failure = this.refuse;
        this.refuse = null;
        if (this.refuseAll) throw this.refuseAll;
        if (failure) throw failure;
        const held = this.version(lang);
        if (held.rev !== base) {
          const theirs = { lang, rev: held.rev, title: held.title, summary: held.summary, body: 'Theirs.' };
          const yours = { lang, rev: 'none', title, summary, body: 'Mine.' };
          throw new Failure({
            code: 'conflict',
            params: {},
            detail: '',
            conflict: { yours, theirs, base: { ...theirs, rev: base, body: '' } },
          });
        }
        this.count += 1;
        Object.assign(held, { rev: `rev-${lang}-${this.count}`, title, summary, fields, saved_at: NOW });
        this.documents[lang] = document;
        setTimeout(() => this.changed('drafts'));
        return { rev: held.rev, words: 60, at: NOW, state: this.piece().state };
      },
      'drafts.set_fields': ({ base, fields, areas, urgent }) => {
        const piece = this.piece();
        if (base !== piece.fields_rev) throw new Failure({ code: 'conflict', params: {}, detail: '' });
        this.count += 1;
        Object.assign(piece, { fields, areas, urgent, fields_rev: `fields-${this.count}` });
        setTimeout(() => this.changed('drafts'));
        return { fields_rev: piece.fields_rev, at: NOW, state: piece.state };
      },
      'drafts.add_language': ({ lang }) => {
        this.piece().languages.push({ ...version(lang, '', ''), words: 0 });
        this.piece().marks.push({ lang, state: 'partial' });
        this.documents[lang] = { type: 'doc', content: [] };
        this.changed('drafts');
        return this.piece();
      },
      'drafts.check': () => ({
        findings: this.findings,
        ready: this.findings.every((finding) => finding.severity !== 'error'),
      }),
      'drafts.brought': () => ({ brought: null }),
      'drafts.history': () => ({ revisions: this.revisions }),
      'drafts.revision': ({ rev }) => {
        const row = this.revisions.find((revision) => revision.rev === rev);
        if (!row) throw new Failure({ code: 'not_found', params: {}, detail: '' });
        return {
          text: { ...version('ar', row.title, ''), rev, words: row.words },
          rendered: { html: `<p>Text of ${rev}</p>`, dir: 'rtl' },
        };
      },
      'drafts.restore': () => this.piece(),
      'drafts.source': () => ({ change: null }),
      'drafts.compare': () => ({ lang: 'ar', title: [], summary: [], body: [] }),
      'attachments.add_bytes': ({ name, role }) => {
        const made: Attachment = { ...picture, id: `a-${name}`, name, role };
        this.piece().attachments.push(made);
        setTimeout(() => this.changed('drafts'));
        return made;
      },
      'publications.choose': () => ({ paths: ['/folder/plan.pdf'] }),
      'attachments.add': ({ paths }) => {
        const piece = this.piece();
        const added = (paths ?? []).map((path) => {
          const name = path.split('/').at(-1) ?? path;
          return { ...picture, id: `a-${name}`, name, mime: 'application/pdf', role: 'supplement' as const };
        });
        this.drafts = this.drafts.map((one) =>
          one === piece ? { ...piece, attachments: [...piece.attachments, ...added] } : one,
        );
        this.changed('drafts');
        return this.piece();
      },
      'attachments.remove': ({ attachment }) => {
        const piece = this.piece();
        piece.attachments = piece.attachments.filter((file) => file.id !== attachment);
        this.changed('drafts');
        return piece;
      },
      'attachments.put_back': ({ attachment }) => {
        const piece = this.piece();
        piece.attachments.push({ ...picture, id: attachment, draft: this.id });
        this.changed('drafts');
        return piece;
      },
      'attachments.set': ({ attachment, ...change }) => {
        const found = this.piece().attachments.find((file) => file.id === attachment);
        if (found) Object.assign(found, change);
        this.changed('drafts');
        return this.piece();
      },
    });
    this.drafts.push({
      ...structuredClone(emptyDraft),
      id: this.id,
      type: 'news',
      primary_lang: 'ar',
      fields_rev: 'fields-0',
      areas: ['ta2'],
      fields: { partners: ['who'], country: 'JO' },
      languages: [
        version(
          'ar',
          'بدء حملة التطعيم ضد الحصبة في ثلاث محافظات',
          'حملة تصل إلى ١٢٠ ألف طفل دون الخامسة خلال أسبوعين.',
        ),
        version(
          'en',
          'Measles vaccination begins in three governorates',
          'The campaign reaches 120,000 children.',
        ),
      ],
      marks: [
        { lang: 'ar', state: 'full' },
        { lang: 'en', state: 'outdated' },
      ],
      attachments: [{ ...picture, draft: this.id }],
      ...more,
    });
  }

  /** A screen of an earlier test may still be trying to save its own piece; that is nothing to this desk. */
  override async call<N extends keyof Commands>(
    name: N,
    args: Commands[N]['args'],
  ): Promise<Commands[N]['result']> {
    if ('draft' in args && args.draft !== this.id)
      throw new Failure({ code: 'not_found', params: {}, detail: '' });
    return super.call(name, args);
  }

  piece(): Draft {
    const found = this.drafts.find((draft) => draft.id === this.id);
    if (!found) throw new Error('no piece');
    return found;
  }

  private version(lang: string): LanguageVersion {
    const found = this.piece().languages.find((one) => one.lang === lang);
    if (!found) throw new Failure({ code: 'not_found', params: {}, detail: '' });
    return found;
  }
}

const picture: Attachment = {
  id: 'att-1',
  draft: '',
  publication: null,
  sha256: 'c'.repeat(64),
  name: 'clinic.jpg',
  mime: 'image/jpeg',
  bytes: 412_000,
  role: 'picture',
  alt: {},
  title: '',
  position: 0,
};
