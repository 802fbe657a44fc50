// Invented content of an invented ministry, for tests and for looking at screens.
import type {
  Diagnosis,
  DiagnosisStep,
  Draft,
  DraftRow,
  Hit,
  LanguageVersion,
  Link,
  OutboxEntry,
  PortalRow,
  Profile,
  ReleaseFile,
  ReleaseRow,
  ReviewDiff,
} from '../src/backend/wire';
import { ago, ahead } from './times';

export * from './samplesProof';
export * from './samplesPublications';

export const ids = {
  news: '01940000-0000-7000-8000-000000000001',
  review: '01940000-0000-7000-8000-000000000002',
  report: '01940000-0000-7000-8000-000000000003',
  event: '01940000-0000-7000-8000-000000000004',
};

export const profile: Profile = {
  person: '01940000-0000-7000-8000-0000000000aa',
  owner: 'JO',
  owner_kind: 'state',
  name: 'Sample Author',
  role: 'both',
  display_lang: 'en',
};

export const link: Link = {
  state: 'failing',
  failure: { code: 'no_link', params: {}, detail: 'connect: network is unreachable' },
  at: ago(3),
  paused: false,
};

const row = (
  id: string,
  type: string,
  lang: string,
  title: string,
  state: DraftRow['state'],
  minutes: number,
  more: Partial<DraftRow> = {},
): DraftRow => ({
  id,
  type,
  lang,
  title,
  summary: '',
  languages: [{ lang, state: 'full' }],
  state,
  progress: null,
  updated_at: ago(minutes),
  urgent: false,
  reason: null,
  found_in: null,
  ...more,
});

export const rows: DraftRow[] = [
  row(ids.review, 'news', 'ar', 'وزارة الصحة النموذجية تطلق حملة تطعيم في ثلاث محافظات', 'in_review', 14, {
    languages: [
      { lang: 'ar', state: 'full' },
      { lang: 'en', state: 'outdated' },
      { lang: 'fr', state: 'partial' },
    ],
    urgent: true,
  }),
  row(ids.event, 'event', 'fr', 'Atelier régional sur la surveillance des maladies', 'returned', 95, {
    reason: 'Ajoutez le lieu exact et la date limite d’inscription.',
  }),
  row(ids.news, 'news', 'en', 'Sample Ministry of Health opens a training centre for midwives', 'draft', 2, {
    languages: [
      { lang: 'en', state: 'full' },
      { lang: 'ar', state: 'full' },
    ],
  }),
  row('d5', 'success_story', 'ar', 'كيف خفضت قرية نموذجية وفيات الأمهات', 'draft', 60 * 26),
  row('d6', 'statistics', 'en', 'Immunisation coverage 2025 by province', 'draft', 60 * 50, {
    languages: [
      { lang: 'en', state: 'full' },
      { lang: 'fr', state: 'full' },
      { lang: 'ar', state: 'full' },
    ],
  }),
  row(ids.report, 'publication', 'en', 'National health accounts 2024', 'waiting', 33, {
    reason: 'no_link',
    languages: [
      { lang: 'en', state: 'full' },
      { lang: 'fr', state: 'full' },
    ],
  }),
  row('d8', 'programme', 'fr', 'Programme national de santé maternelle', 'sending', 5, {
    progress: { done: 2, total: 5 },
  }),
  row('d9', 'news', 'ar', 'اختتام الدورة التدريبية لممرضي الطوارئ', 'published', 60 * 24 * 3, {
    languages: [
      { lang: 'ar', state: 'full' },
      { lang: 'en', state: 'full' },
      { lang: 'fr', state: 'full' },
    ],
  }),
  row('d10', 'best_practice', 'en', 'Cold chain monitoring with paper and phones', 'received', 60 * 24 * 6),
];

const version = (lang: string, title: string, summary: string, words = 120): LanguageVersion => ({
  lang,
  rev: `rev-${lang}`,
  title,
  summary,
  body: '',
  fields: {},
  words,
  saved_at: ago(2),
  by: profile.name,
});

const release = (draft: string): ReleaseRow => ({
  hash: '3f1c9a7be04d2c58a9d41c6e8b7f20135d9e6a4c1b8f7e2d3c4b5a69788716f0',
  draft,
  number: 2,
  created_at: ago(14),
  state: 'in_review',
  submitted_by: 'Sample Author',
  decided_by: null,
  decided_at: null,
  reason: null,
  bytes: 18_240,
});

export const emptyDraft: Draft = {
  id: '',
  type: 'news',
  primary_lang: 'en',
  state: 'draft',
  urgent: false,
  created_at: ago(300),
  updated_at: ago(2),
  trashed: false,
  fields_rev: 'f1',
  fields: {},
  areas: [],
  languages: [],
  marks: [],
  attachments: [],
  release: null,
  reason: null,
  return_reason: null,
  last_delivery: null,
};

const arSummary =
  'تصل الحملة إلى ١٢٠ ألف طفل دون الخامسة خلال أسبوعين، بدعم من شركاء دوليين، مع فرق متنقلة للقرى البعيدة.';

export const drafts: Draft[] = rows.map(
  (one): Draft => ({
    ...emptyDraft,
    id: one.id,
    type: one.type,
    primary_lang: one.lang,
    state: one.state,
    areas: ['ta1'],
    release: one.state === 'in_review' ? release(one.id) : null,
    return_reason: one.state === 'returned' ? one.reason : null,
    last_delivery:
      one.state === 'published' || one.state === 'received'
        ? {
            draft: one.id,
            release: release(one.id).hash,
            portal: 'practice',
            remote_id: '12',
            url: 'http://127.0.0.1:8731/ar/items/12',
            received_at: ago(60 * 70),
            files: ['ab'.repeat(32)],
          }
        : null,
    languages: one.languages.map((mark) =>
      version(
        mark.lang,
        mark.lang === one.lang
          ? one.title
          : mark.lang === 'ar'
            ? 'عنوان المادة بالعربية'
            : 'The same title in translation',
        one.id === ids.review && mark.lang === 'ar'
          ? arSummary
          : 'Thirty midwives begin a six-month course. The centre serves three provinces that had none.',
      ),
    ),
    attachments:
      one.type === 'publication'
        ? [
            {
              id: 'a1',
              draft: one.id,
              publication: 'pub1',
              sha256: 'ab'.repeat(32),
              name: 'NHA_2024_final.pdf',
              mime: 'application/pdf',
              bytes: 4_812_333,
              role: 'publication',
              alt: {},
              title: 'National health accounts 2024',
              position: 0,
            },
          ]
        : [],
  }),
);

export const html: Record<string, string> = {
  [`${ids.review}-ar`]:
    '<p dir="auto">أعلنت وزارة الصحة النموذجية يوم الأحد بدء حملة تطعيم ضد الحصبة في ثلاث محافظات، وتستمر حتى <strong>15 ديسمبر</strong>. وقالت الوزارة إن الفرق ستزور 450 قرية، وإن اللقاح من إنتاج <bdi>Sample Biologics</bdi>.</p><h2 dir="auto">من تشمله الحملة</h2><ul><li dir="auto">الأطفال من 9 أشهر إلى 5 سنوات</li><li dir="auto">العاملون الصحيون في المراكز الأولية</li></ul><blockquote dir="auto"><p>لن يبقى طفل بلا جرعة لأن بيته بعيد.</p></blockquote><table dir="auto"><thead><tr><th>المحافظة</th><th>الأطفال</th></tr></thead><tbody><tr><td>الشمالية</td><td>52,000</td></tr><tr><td>الوسطى</td><td>41,000</td></tr></tbody></table>',
  [`${ids.news}-en`]:
    '<p dir="auto">The Sample Ministry of Health opened a training centre for midwives on Sunday. The first thirty trainees come from three provinces.</p><h2 dir="auto">What the centre offers</h2><p dir="auto">A six-month course with practice in the district hospital, and a house for trainees from far away.</p><ul><li dir="auto">Antenatal care and birth</li><li dir="auto">Care of the newborn</li></ul>',
};

/** A body as the editor holds it. */
export const document = {
  type: 'doc',
  content: [
    {
      type: 'paragraph',
      content: [
        {
          type: 'text',
          text: 'The Sample Ministry of Health opened a training centre for midwives on Sunday. ',
        },
        { type: 'text', text: 'The first thirty trainees', marks: [{ type: 'strong' }] },
        { type: 'text', text: ' come from three provinces.' },
      ],
    },
    { type: 'heading', attrs: { level: 2 }, content: [{ type: 'text', text: 'What the centre offers' }] },
    {
      type: 'paragraph',
      content: [{ type: 'text', text: 'A six-month course with practice in the district hospital.' }],
    },
    {
      type: 'paragraph',
      content: [{ type: 'text', text: 'دورة لمدة ستة أشهر مع تدريب في مستشفى المنطقة.' }],
    },
  ],
};

export const entry = (id: string, draft: string, title: string, more: Partial<OutboxEntry>): OutboxEntry => ({
  id,
  draft,
  title,
  release: release(draft).hash,
  portal: 'OIC Health Portal',
  state: 'waiting',
  held: false,
  attempts: 2,
  next_attempt_at: ahead(11),
  reason: { code: 'no_link', params: {}, detail: 'connect: network is unreachable' },
  bytes_total: 4_830_000,
  bytes_sent: 0,
  files_total: 1,
  files_sent: 0,
  receipt: null,
  waits: null,
  estimate: { bytes_left: 4_830_000, bytes_per_second: null, seconds: null },
  withdrawing: false,
  theirs: false,
  urgent: false,
  ...more,
});

export const entries: OutboxEntry[] = [
  entry('e1', 'd8', 'Programme national de santé maternelle', {
    state: 'sending',
    bytes_sent: 3_100_000,
    estimate: { bytes_left: 1_730_000, bytes_per_second: 25_000, seconds: 69 },
    files_total: 5,
    files_sent: 2,
    reason: null,
  }),
  entry('e2', ids.report, 'National health accounts 2024', {
    waits: { code: 'waiting_next_try', until: ahead(11) },
  }),
  entry('e3', 'd5', 'كيف خفضت قرية نموذجية وفيات الأمهات', {
    held: true,
    waits: { code: 'held', until: null },
    files_total: 0,
    bytes_total: 14_200,
  }),
  entry('e4', 'd6', 'Immunisation coverage 2025 by province', {
    state: 'refused',
    files_total: 3,
    reason: {
      code: 'too_large_for_portal',
      params: { name: 'coverage-map.tif', limit: '20971520' },
      detail: 'HTTP 413 urn:qalam:problem:too_large',
    },
  }),
  entry('e5', 'd9', 'اختتام الدورة التدريبية لممرضي الطوارئ', {
    state: 'received',
    portal: 'practice',
    bytes_sent: 4_830_000,
    files_sent: 1,
    reason: null,
    receipt: drafts.find((draft) => draft.id === 'd9')?.last_delivery ?? null,
  }),
];

export const portals: PortalRow[] = [
  {
    id: 'p0',
    name: 'practice',
    kind: 'practice',
    url: 'http://127.0.0.1:8731',
    user: null,
    capabilities: {},
    last_contact: ago(8),
    last_failure: null,
  },
  {
    id: 'p1',
    name: 'OIC Health Portal',
    kind: 'contract',
    url: 'https://portal.example/api',
    user: null,
    capabilities: {},
    last_contact: ago(60 * 20),
    last_failure: { code: 'certificate', params: { host: 'portal.example' }, detail: 'UnknownIssuer' },
  },
];

const looked = (step: DiagnosisStep['step'], more: Partial<DiagnosisStep> = {}): DiagnosisStep => ({
  step,
  state: 'done',
  millis: null,
  found: {},
  failure: null,
  ...more,
});

/** The way to a portal, everything well. */
export const diagnosis: Diagnosis = {
  portal: 'OIC Health Portal',
  url: 'https://portal.example/api',
  at: '2026-11-21T10:00:00Z',
  steps: [
    looked('address'),
    looked('proxy', { state: 'skipped' }),
    looked('lookup', { millis: 12, found: { addresses: '203.0.113.7, 2001:db8::7' } }),
    looked('connection', { millis: 310, found: { address: '203.0.113.7' } }),
    looked('tls', { millis: 640, found: { issuer: 'Sample Authority' } }),
    looked('portal', { millis: 330, found: { name: 'OIC Health Portal' } }),
    looked('login', { millis: 320 }),
    looked('clock', { found: { seconds: '-1' } }),
    looked('rate', { found: { bytes_per_second: '48000' } }),
  ],
};

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** A file as a release names it; what its hash begins with tells which picture it has. */
function releaseFile(begins: string, name: string, more: Partial<ReleaseFile> = {}): ReleaseFile {
  const sha256 = begins.repeat(32);
  return { sha256, name, title: '', mime: 'application/pdf', bytes: 1, pages: null, here: true, ...more };
}

const page = (lines: string, ink: string) =>
  `data:image/svg+xml,${encodeURIComponent(
    `<svg xmlns="http://www.w3.org/2000/svg" width="226" height="320"><rect width="226" height="320" fill="white"/><rect x="30" y="40" width="120" height="16" fill="${ink}"/>${lines
      .split('')
      .map(
        (wide, at) =>
          `<rect x="30" y="${80 + at * 16}" width="${Number(wide) * 19}" height="5" fill="#999"/>`,
      )
      .join('')}</svg>`,
  )}`;

/** The first pages of files, by what their hashes begin with. */
export const FIRST_PAGES: Record<string, string> = {
  a1: page('8778698', '#557'),
  b2: page('878897868873', '#275'),
  c3: `data:image/svg+xml,${encodeURIComponent('<svg xmlns="http://www.w3.org/2000/svg" width="320" height="200"><rect width="320" height="200" fill="#9cb"/><circle cx="160" cy="100" r="60" fill="#fff"/></svg>')}`,
};

export const diff: ReviewDiff = {
  against: 'approved',
  portal: null,
  portals: [
    { portal: 'OIC Health Portal', holds: 'theirs', published: true, looked_at: ago(60 * 20) },
    { portal: 'practice', holds: 'nothing', published: false, looked_at: null },
  ],
  warnings: [],
  languages: [
    {
      lang: 'ar',
      title: [
        { kind: 'same', text: 'وزارة الصحة النموذجية تطلق حملة تطعيم في ' },
        { kind: 'removed', text: 'محافظتين' },
        { kind: 'added', text: 'ثلاث محافظات' },
      ],
      summary: [{ kind: 'same', text: arSummary }],
      body: [
        { kind: 'same', text: 'أعلنت وزارة الصحة النموذجية يوم الأحد بدء حملة تطعيم ضد الحصبة، وتستمر حتى ' },
        { kind: 'removed', text: '10' },
        { kind: 'added', text: '15' },
        { kind: 'same', text: ' ديسمبر.\n\nوقالت الوزارة إن الفرق ستزور ' },
        { kind: 'removed', text: '400' },
        { kind: 'added', text: '450' },
        { kind: 'same', text: ' قرية، وإن اللقاح من إنتاج Sample Biologics.' },
        { kind: 'added', text: '\n\nولن يبقى طفل بلا جرعة لأن بيته بعيد.' },
      ],
    },
    {
      lang: 'en',
      title: [{ kind: 'same', text: 'Sample Ministry of Health starts a vaccination campaign' }],
      summary: [],
      body: [{ kind: 'same', text: 'The campaign runs until 10 December.' }],
    },
  ],
  files: [
    {
      name: 'plan_final.pdf',
      change: 'replaced',
      before: releaseFile('a1', 'plan_draft.pdf', { bytes: 512_400, pages: 12 }),
      after: releaseFile('b2', 'plan_final.pdf', { bytes: 498_112, pages: 14, title: 'خطة التطعيم 2026' }),
    },
    {
      name: 'poster_ar.png',
      change: 'new',
      before: null,
      after: releaseFile('c3', 'poster_ar.png', { mime: 'image/png', bytes: 812_000 }),
    },
    ...['guide.pdf', 'map.pdf', 'areas.csv'].map((name, at) => ({
      name,
      change: 'same' as const,
      before: releaseFile(`e${at}`, name),
      after: releaseFile(`e${at}`, name),
    })),
    {
      name: 'villages.xlsx',
      change: 'removed',
      before: releaseFile('d4', 'villages.xlsx', { mime: XLSX, bytes: 48_220, pages: 3 }),
      after: null,
    },
  ],
  fields: [{ key: 'eventDate', before: '2026-11-15', after: '2026-11-22' }],
};

/** The same piece beside what a portal holds; nothing where it holds nothing. */
export function diffWith(portal: string | undefined): ReviewDiff {
  if (portal === undefined) return diff;
  const held = diff.portals.find((one) => one.portal === portal)?.holds !== 'nothing';
  return { ...diff, against: held ? 'portal' : 'nothing', portal, fields: [], files: [] };
}

export const hits: Hit[] = [
  {
    kind: 'draft',
    id: ids.review,
    title: 'وزارة الصحة النموذجية تطلق حملة \u0001تطعيم\u0002 في ثلاث محافظات',
    snippet: 'بدء حملة \u0001تطعيم\u0002 ضد الحصبة في ثلاث محافظات، وتستمر حتى 15 ديسمبر',
    lang: 'ar',
    page: null,
    file: null,
  },
  {
    kind: 'publication',
    id: 'pub1',
    title: 'National health accounts 2024',
    snippet: '… spending on \u0001vaccination\u0002 rose by a fifth in two years …',
    lang: null,
    page: 4,
    file: null,
  },
];
