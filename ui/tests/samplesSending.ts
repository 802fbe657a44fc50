// What waits, comes back and was changed elsewhere: more invented content, for tests and for looking at screens.
import type {
  Change,
  ConflictView,
  Estimate,
  OutboxEntry,
  Part,
  PortalRow,
  Preview,
  RemoteRow,
  SendingView,
} from '../src/backend/wire';
import { entry, ids } from './samples';
import { ahead } from './times';

const unknown: Estimate = { bytes_left: 0, bytes_per_second: null, seconds: null };

/** Nothing is wished about sending. */
export const nothingWished: SendingView = {
  settings: {
    budget_bytes: null,
    budget_period: 'month',
    quiet_from: null,
    quiet_to: null,
    ask_above_bytes: null,
    metered: false,
    metered_sends: 'text',
  },
  spent_bytes: 0,
  left_bytes: null,
  period_ends: ahead(1440),
  quiet_until: null,
};

export const sending: SendingView = {
  ...nothingWished,
  settings: {
    ...nothingWished.settings,
    budget_bytes: 50_000_000,
    quiet_from: '22:00',
    quiet_to: '06:00',
    ask_above_bytes: 10_000_000,
  },
  spent_bytes: 12_400_000,
  left_bytes: 37_600_000,
};

export const entries: OutboxEntry[] = [
  entry('f1', 'd21', 'Rapport annuel sur la vaccination', {
    urgent: true,
    reason: null,
    bytes_total: 18_300_000,
    waits: { code: 'waiting_for_yes', until: null },
    estimate: { bytes_left: 18_300_000, bytes_per_second: 25_000, seconds: 732 },
  }),
  entry('f2', 'd22', 'خريطة المرافق الصحية في المحافظات', {
    reason: null,
    waits: { code: 'waiting_budget', until: ahead(60 * 30) },
    estimate: { bytes_left: 4_830_000, bytes_per_second: 25_000, seconds: 190 },
  }),
  entry('f3', ids.event, 'Atelier régional sur la surveillance des maladies', {
    state: 'conflict',
    theirs: true,
    estimate: unknown,
    reason: { code: 'changed_on_portal', params: {}, detail: '' },
  }),
  entry('f4', ids.news, 'Sample Ministry of Health opens a training centre for midwives', {
    state: 'refused',
    estimate: unknown,
    reason: {
      code: 'returned_by_portal',
      params: { comment: 'Please name the town, and give the date of the opening.' },
      detail: '',
    },
  }),
  entry('f5', 'd23', 'حملة التبرع بالدم', {
    state: 'refused',
    estimate: unknown,
    reason: { code: 'taken_down_by_portal', params: { state: 'deleted', comment: '' }, detail: '' },
  }),
];

/** All that is left to send and is not kept back. */
export function estimate(all: OutboxEntry[]): Estimate {
  const open = all.filter((one) => !one.held && (one.state === 'waiting' || one.state === 'sending'));
  const bytes_left = open.reduce((sum, one) => sum + one.estimate.bytes_left, 0);
  return { bytes_left, bytes_per_second: 25_000, seconds: Math.round(bytes_left / 25_000) };
}

export const wordpress: PortalRow = {
  id: 'p2',
  name: 'Ministry site',
  kind: 'wordpress',
  url: 'https://ministry.example',
  user: 'author',
  capabilities: {
    depth: 'stock',
    account: 'author',
    resumable: false,
    comments: false,
    receipts: 'read_back',
    limits: ['no_resume', 'files_public_at_once', 'receipt_by_reading_back', 'a_word_of_tomorrow'],
  },
  last_contact: ahead(-90),
  last_failure: null,
};

export const remote: RemoteRow[] = [
  {
    portal: 'OIC Health Portal',
    item: 'r1',
    title: 'National strategy for primary health care',
    type: 'programme',
    owner: 'JO',
    state: 'published',
    url: 'https://portal.example/items/r1',
    updated_at: ahead(-60 * 24 * 40),
    wanted: false,
    here: true,
  },
  {
    portal: 'OIC Health Portal',
    item: 'r2',
    title: 'افتتاح المختبر المرجعي الوطني',
    type: 'news',
    owner: 'JO',
    state: 'published',
    url: 'https://portal.example/items/r2',
    updated_at: ahead(-60 * 24 * 400),
    wanted: false,
    here: false,
  },
  {
    portal: 'OIC Health Portal',
    item: 'r3',
    title: 'Journée mondiale de la santé 2025',
    type: 'event',
    owner: 'JO',
    state: 'received',
    url: '',
    updated_at: ahead(-60 * 24 * 6),
    wanted: true,
    here: false,
  },
];

const same = (text: string): Change => ({ kind: 'same', text });
const added = (text: string): Change => ({ kind: 'added', text });
const removed = (text: string): Change => ({ kind: 'removed', text });

const part = (key: string, more: Partial<Part>): Part => ({
  key,
  kind: 'block',
  lang: 'fr',
  field: '',
  fate: 'unchanged',
  base: null,
  ours: null,
  theirs: null,
  proposal: null,
  ...more,
});

export const conflict: ConflictView = {
  draft: ids.event,
  portal: 'OIC Health Portal',
  seen: 'ours theirs',
  state: 'published',
  url: '',
  comment: 'We corrected the place, which was wrong in the invitation.',
  theirs_only: false,
  has_base: true,
  parts: [
    part('title.fr', {
      kind: 'title',
      fate: 'theirs',
      base: 'Atelier',
      ours: 'Atelier',
      theirs: 'Atelier régional',
    }),
    part('summary.fr', { kind: 'summary' }),
    part('body.fr.0', {}),
    part('body.fr.1', { fate: 'conflict', base: 'b', ours: 'o', theirs: 't' }),
    part('title.ar', {
      kind: 'title',
      lang: 'ar',
      fate: 'conflict',
      base: 'ورشة إقليمية',
      ours: 'ورشة إقليمية لترصد الأمراض',
      theirs: 'ورشة عمل إقليمية',
    }),
    part('areas', {
      kind: 'areas',
      lang: null,
      fate: 'ours',
      base: ['ta1'],
      ours: ['ta1', 'ta2'],
      theirs: ['ta1'],
    }),
    part('field.place', {
      kind: 'field',
      lang: null,
      field: 'place',
      fate: 'theirs',
      base: 'Ville A',
      ours: 'Ville A',
      theirs: 'Ville B',
      proposal: 'Ville B',
    }),
    part('file.aa', { kind: 'file', lang: null, fate: 'ours', ours: 'programme.pdf' }),
  ],
  marks: {
    'title.fr': { ours: [same('Atelier')], theirs: [same('Atelier'), added(' régional')] },
    'body.fr.1': {
      ours: [
        same('L’atelier réunit '),
        removed('douze'),
        added('quinze'),
        same(' pays pendant trois jours.'),
      ],
      theirs: [
        same('L’atelier réunit douze pays pendant '),
        removed('trois'),
        added('deux'),
        same(' jours.'),
      ],
    },
    'title.ar': {
      ours: [same('ورشة إقليمية'), added(' لترصد الأمراض')],
      theirs: [same('ورشة '), added('عمل '), same('إقليمية')],
    },
  },
};

export const preview: Preview = {
  languages: [
    {
      lang: 'fr',
      title: 'Atelier régional',
      summary: 'Trois jours de travail commun sur la surveillance.',
      body: { html: '<p>L’atelier réunit quinze pays pendant trois jours.</p>', dir: 'ltr' },
    },
    {
      lang: 'ar',
      title: 'ورشة إقليمية لترصد الأمراض',
      summary: '',
      body: { html: '<p>تجمع الورشة خمسة عشر بلدًا.</p>', dir: 'rtl' },
    },
  ],
};
