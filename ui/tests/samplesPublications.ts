// Invented publications of an invented ministry, with their intake, duplicates and sheets.
import type {
  Job,
  Likeness,
  Offered,
  Publication,
  SentFile,
  SheetLook,
  SheetReport,
} from '../src/backend/wire';
import { ago } from './times';

const publication = (id: string, more: Partial<Publication>): Publication => ({
  id,
  sha256: id.padEnd(64, '0'),
  name: `${id}.pdf`,
  path: `/media/share/Reports/${id}.pdf`,
  bytes: 2_400_000,
  mime: 'application/pdf',
  state: 'readable',
  title: '',
  authors: [],
  corporate_author: '',
  year: null,
  languages: [],
  pages: 42,
  publication_type: '',
  licence: '',
  doi: '',
  isbn: '',
  issn: '',
  text_chars: 81_230,
  has_thumbnail: true,
  added_at: ago(20),
  updated_at: ago(20),
  origins: {},
  sources: {},
  confidence: {},
  warnings: [],
  numbers: [],
  slim: 'rule',
  problems: [],
  attached_to: 0,
  superseded_by: null,
  copies: 0,
  open_likenesses: 0,
  ...more,
});

export const publications: Publication[] = [
  publication('pub1', {
    name: 'NHA_2024_final_FINAL2.pdf',
    title: 'National health accounts 2024',
    corporate_author: 'Sample Ministry of Health',
    year: 2024,
    languages: ['en'],
    publication_type: 'statistical-report',
    licence: 'cc-by-4.0',
    isbn: '978-0-000000-00-2',
    bytes: 4_812_333,
    pages: 96,
    origins: {
      title: 'file',
      corporate_author: 'first_page',
      year: 'name',
      languages: 'file',
      publication_type: 'person',
    },
    sources: {
      title: 'info',
      corporate_author: 'first_page',
      year: 'name',
      languages: 'counted',
      isbn: 'text',
      pages: 'counted',
      publication_type: 'person',
    },
    confidence: { title: 92, corporate_author: 60, year: 40, languages: 95, isbn: 98, pages: 100 },
    attached_to: 1,
  }),
  publication('pub2', {
    name: 'الخطة الوطنية 2026.pdf',
    title: 'الخطة الوطنية للصحة 2026–2030',
    authors: ['وزارة الصحة النموذجية'],
    year: 2026,
    languages: ['ar'],
    publication_type: 'strategy-plan',
    origins: { title: 'first_page', authors: 'first_page', year: 'first_page' },
    sources: { title: 'first_page', authors: 'text', year: 'first_page' },
    confidence: { title: 45, authors: 35, year: 80 },
    numbers: ['MOH/2026/14'],
    warnings: [
      { code: 'macros', place_kind: 'file', place: '', count: 1 },
      { code: 'phone_numbers', place_kind: 'page', place: '12', count: 8 },
      { code: 'embedded_file', place_kind: 'part', place: 'list.xlsx', count: 1 },
    ],
    open_likenesses: 1,
  }),
  publication('pub3', {
    name: 'scan0012.pdf',
    state: 'scanned',
    text_chars: 0,
    problems: [{ code: 'scanned', subject: 'scan0012.pdf', params: {} }],
    bytes: 18_300_000,
  }),
  publication('pub4', {
    name: 'Guide-sage-femme.pdf',
    title: 'Guide de la sage-femme',
    authors: ['Sample A.', 'Sample B.'],
    languages: ['fr'],
    publication_type: 'guideline',
    origins: { title: 'file', authors: 'file' },
  }),
  ...Array.from({ length: 60 }, (_, index) =>
    publication(`bulk${index}`, {
      name: `bulletin_${2010 + (index % 16)}_${index}.pdf`,
      title: `Epidemiological bulletin ${index + 1}`,
      corporate_author: 'Sample Ministry of Health',
      year: 2010 + (index % 16),
      languages: index % 3 === 0 ? ['en', 'ar'] : ['en'],
      publication_type: 'bulletin',
      bytes: 300_000 + index * 41_000,
    }),
  ),
];

export const sent: SentFile = {
  original: 'pub1'.padEnd(64, '0'),
  sha256: 'ab'.repeat(32),
  bytes: 3_100_000,
  report: {
    before: 4_812_333,
    after: 3_100_000,
    lossless: true,
    cleaned: false,
    size_before: null,
    size_after: null,
  },
  why: null,
};

const likeness = (seq: number, more: Partial<Likeness>): Likeness => ({
  seq,
  publication: 'pub1',
  publication_title: 'National health accounts 2024',
  other: 'bulk0',
  portal: null,
  piece: null,
  other_title: 'Epidemiological bulletin 1',
  kind: 'same_work',
  reasons: ['title'],
  alike: null,
  settled: null,
  ...more,
});

export const likenesses: Likeness[] = [
  likeness(1, { kind: 'newer_edition', reasons: ['title', 'text'], alike: 62 }),
  likeness(2, {
    publication: 'pub2',
    publication_title: 'الخطة الوطنية للصحة 2026–2030',
    other: 'bulk1',
    other_title: 'الخطة الوطنية للصحة',
    reasons: ['isbn', 'year', 'text'],
    alike: 97,
  }),
  likeness(3, {
    publication: 'pub4',
    publication_title: 'Guide de la sage-femme',
    other: null,
    portal: 'OIC Health Portal',
    piece: 'x',
    other_title: 'Guide de la sage-femme',
    kind: 'on_portal',
  }),
  likeness(4, {
    publication: 'bulk5',
    publication_title: 'Epidemiological bulletin 6',
    kind: 'older_edition',
  }),
];

/** As the watched folder stands once one is chosen. */
export const offered: Offered = {
  folder: null,
  reached: true,
  files: ['Annual report 2025.pdf', 'التقرير السنوي ٢٠٢٥.pdf', 'Annexe statistique.xlsx'].map((name, at) => ({
    path: `/media/share/Annual reports/${name}`,
    name,
    bytes: 1_200_000 * (at + 1),
  })),
  total: 3,
};

export const jobs: Job[] = [
  {
    id: 'j1',
    kind: 'intake',
    state: 'running',
    dry_run: false,
    started_at: ago(22 / 60),
    tally: { seen: 64, added: 58, same_bytes: 3, same_work: 1, skipped: 1, failed: 1 },
    total: 143,
    bytes_done: 152_000_000,
    bytes_total: 340_000_000,
    bytes_per_second: 6_900_000,
    files_per_minute: 174,
    seconds_left: 27,
    current: 'Reports/2019/التقرير السنوي النهائي.pdf',
    troubled: 1,
    items: [
      {
        path: '/media/share/Reports/old_minutes.pdf',
        status: 'failed',
        id: null,
        sha256: null,
        bytes: 0,
        mime: null,
        title: '',
        authors: [],
        corporate_author: '',
        year: null,
        languages: [],
        pages: null,
        doi: null,
        isbn: null,
        issn: null,
        text_chars: 0,
        thumbnail: false,
        problems: [{ code: 'encrypted', subject: 'old_minutes.pdf', params: {} }],
      },
    ],
    problems: [],
  },
];

export const TEXT =
  'Sample Ministry of Health\nNational health accounts 2024\n\nForeword\nThis report shows who pays for health and for what.';

/** A sheet of paper with lines, as a picture. */
export const THUMBNAIL =
  'data:image/svg+xml,%3Csvg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 72 100"%3E%3Crect width="72" height="100" fill="white"/%3E%3Cg fill="%23446"%3E%3Crect x="10" y="14" width="44" height="5"/%3E%3Crect x="10" y="22" width="30" height="5"/%3E%3C/g%3E%3Cg fill="%23bbc"%3E%3Crect x="10" y="40" width="52" height="2"/%3E%3Crect x="10" y="46" width="52" height="2"/%3E%3Crect x="10" y="52" width="40" height="2"/%3E%3C/g%3E%3C/svg%3E';

export const sheet: SheetLook = {
  format: 'csv',
  rows: 2,
  columns: [
    { header: 'Fichier', samples: ['NHA_2024_final_FINAL2.pdf', 'scan0012.pdf'], target: 'file' },
    { header: 'Titre', samples: ['National health accounts'], target: 'title' },
    { header: 'Type', samples: ['Rapport anuel'], target: 'publication_type' },
    { header: 'Notes', samples: [], target: null },
  ],
  problems: [],
};

export const sheetReport: SheetReport = {
  tally: { rows: 2, changed: 1, same: 0, to_fix: 1, cells: 1 },
  rows: [
    {
      line: 3,
      publication: 'pub3',
      sha256: null,
      name: 'scan0012.pdf',
      status: 'to_fix',
      changes: [],
      problems: [
        {
          field: 'publication_type',
          problem: {
            code: 'bad_value',
            subject: '',
            params: { field: 'publication_type', value: 'Rapport anuel' },
          },
          near: ['annual-report'],
        },
      ],
    },
    {
      line: 2,
      publication: 'pub1',
      sha256: null,
      name: 'National health accounts 2024',
      status: 'changed',
      changes: [
        { field: 'title', before: 'National health accounts 2024', after: 'National health accounts' },
      ],
      problems: [],
    },
  ],
  without_row: [],
  problems: [],
};
