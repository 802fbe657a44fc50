import type { Brought } from '../src/backend/wire';

const place = (paragraph: number, heading: string, words: string) => ({ paragraph, heading, words });

/** A document with one of everything that is asked or told. */
export const brought: Brought = {
  name: 'letter.docx',
  lang: 'en',
  taken: 'accept',
  asked: true,
  same_story: {
    draft: 'd-other',
    lang: 'ar',
    title: 'حملة تلقيح في جميع الأقاليم',
    shared: { confidence: 86, dates: ['2026-11-12'], numbers: ['1250000', '82'], names: ['MA', 'who'] },
  },
  report: {
    kept: { heading: 4, table: 2, list: 3, footnote: 1, picture: 1 },
    changed: { text_box: 1, merged_cells: 1 },
    dropped: { hidden_text: 1, comment: 1, header: 1 },
    places: [
      { fate: 'changed', what: 'text_box', place: place(28, 'Picture', 'Words in a box') },
      { fate: 'changed', what: 'merged_cells', place: place(25, 'النتائج', 'الإقليم الجرعات شمال') },
      { fate: 'dropped', what: 'hidden_text', place: place(3, 'Aims', 'secret') },
      { fate: 'dropped', what: 'header', place: place(0, '', 'Draft of the office') },
    ],
    comments: [
      {
        author: 'Reviewer Office',
        at: '2026-11-03T10:00:00Z',
        text: 'Is this number final?',
        resolved: false,
        place: place(4, 'Aims', 'in all'),
      },
    ],
    tracked: {
      insertions: 1,
      deletions: 1,
      moves: 0,
      formatting: 0,
      taken: 'accept',
      changes: [
        { kind: 'deletion', author: 'Second Office', at: '', place: place(4, 'Aims', 'twenty') },
        { kind: 'insertion', author: 'First Office', at: '', place: place(4, 'Aims', 'thirty') },
      ],
    },
  },
};
