import type { BatchRow, CommentRow } from '../src/backend/wire';
import { ids } from './samples';
import { ago } from './times';

/** A comment with the piece it is about, as the desk in memory keeps it. */
export type KeptComment = CommentRow & { draft: string };

export const comment = (draft: string, id: string, more: Partial<CommentRow> = {}): KeptComment => ({
  draft,
  id,
  release: 'ab'.repeat(32),
  lang: 'ar',
  place: 'body',
  quote: 'ثلاث محافظات',
  words: '',
  suggestion: null,
  by: 'Sample Minister',
  at: ago(30),
  given: true,
  state: 'open',
  answers: [],
  in_draft: null,
  in_release: null,
  ...more,
});

export const comments: KeptComment[] = [
  comment(ids.review, 'c1', {
    place: 'title',
    quote: 'حملة تطعيم',
    words: 'هل هي الحملة الثانية هذا العام؟',
    in_draft: { quote: 'حملة تطعيم', nth: 0, at: 40 },
    in_release: { quote: 'حملة تطعيم', nth: 0, at: 40 },
    answers: [
      {
        id: 'a1',
        act: 'say',
        words: 'نعم، والثالثة في الربيع.',
        by: 'Sample Officer',
        at: ago(9),
        given: false,
      },
    ],
  }),
  comment(ids.review, 'c2', {
    suggestion: 'أربع محافظات',
    in_draft: { quote: 'ثلاث محافظات', nth: 0, at: 90 },
    in_release: { quote: 'ثلاث محافظات', nth: 0, at: 0 },
  }),
  comment(ids.review, 'c3', { quote: 'قبل نهاية العام', words: 'متى بالضبط؟' }),
  comment(ids.review, 'c4', {
    quote: '450 قرية',
    words: 'The bulletin says 452.',
    state: 'resolved',
    in_draft: { quote: '450 قرية', nth: 0, at: 300 },
    answers: [{ id: 'a2', act: 'resolve', words: '', by: 'Sample Officer', at: ago(8), given: false }],
  }),
];

const row = (draft: string, title: string, lang: string, more: Partial<BatchRow> = {}): BatchRow => ({
  draft,
  release: `${draft.slice(-2)}`.repeat(32),
  title,
  lang,
  languages: [lang],
  type: 'publication',
  files: 1,
  submitted_by: 'Sample Officer',
  created_at: ago(120),
  before: false,
  refused: null,
  findings: [],
  missing: 0,
  ...more,
});

export const batch: BatchRow[] = [
  row(ids.news, 'Midwives: one centre, three provinces', 'en', {
    type: 'news',
    refused: { code: 'own_draft', params: {}, detail: '' },
  }),
  row(ids.review, 'وزارة الصحة النموذجية تطلق حملة تطعيم في ثلاث محافظات', 'ar', {
    type: 'news',
    files: 0,
    before: true,
    findings: [
      { code: 'comments_open', severity: 'warning', field: 'body', lang: 'ar', params: { count: '2' } },
      {
        code: 'file_scanned',
        severity: 'warning',
        field: 'attachments',
        lang: null,
        params: { name: 'annex.pdf' },
      },
    ],
  }),
  row('01940000-0000-7000-8000-000000000091', 'National health accounts 2024', 'en', {
    languages: ['en', 'ar'],
  }),
  row('01940000-0000-7000-8000-000000000092', 'دليل الترصد الوبائي', 'ar', { languages: ['ar', 'fr'] }),
  row('01940000-0000-7000-8000-000000000093', 'Plan national de lutte contre le paludisme', 'fr', {
    missing: 1,
  }),
];
