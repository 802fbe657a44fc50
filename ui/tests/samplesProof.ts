// Keys, proofs and review files, invented.
import type { KeyRow, Look, ReviewEvent, Verification } from '../src/backend/wire';

/** Keys: one of this desk, one of somebody elsewhere. */
export const keys: KeyRow[] = [
  {
    id: 'k1',
    label: '1',
    name: 'Sample Focal Point',
    owner: 'TR',
    public: '',
    fingerprint: '11111 22222 33333 44444 55555 66666 77777 88888',
    recovery: '',
    follows: '',
    ours: true,
    trusted_at: '2026-03-01T08:00:00Z',
    ended: '',
    seals: true,
    added_at: '2026-03-01T08:00:00Z',
  },
  {
    id: 'k2',
    label: '1',
    name: 'Sample Minister',
    owner: 'TR',
    public: '',
    fingerprint: '90123 45678 90123 45678 90123 45678 90123 45678',
    recovery: '',
    follows: '',
    ours: false,
    trusted_at: '2026-03-02T08:00:00Z',
    ended: '',
    seals: true,
    added_at: '2026-03-02T08:00:00Z',
  },
];

/** A proof that holds. */
export const proven: Verification = {
  valid: true,
  release: 'ab'.repeat(32),
  checks: [
    {
      code: 'release',
      outcome: 'good',
      params: { hash: 'ab'.repeat(32), title: 'Vaccination', languages: 'en, fr' },
    },
    {
      code: 'decision_approve',
      outcome: 'good',
      params: { name: 'Sample Minister', at: '2026-03-12T09:30:00Z' },
    },
    { code: 'trail', outcome: 'good', params: { count: '4', head: 'cd'.repeat(32) } },
  ],
};

/** What was done with a piece. */
export const trail: ReviewEvent[] = [
  {
    seq: 3,
    hash: '11'.repeat(32),
    draft: '',
    release: 'ab'.repeat(32),
    act: 'submit',
    by: 'Sample Focal Point',
    key: 'k1',
    at: '2026-03-12T09:00:00Z',
    words: '',
    proof: '22'.repeat(32),
  },
  {
    seq: 4,
    hash: '33'.repeat(32),
    draft: '',
    release: 'ab'.repeat(32),
    act: 'approve',
    by: 'Sample Minister',
    key: 'k2',
    at: '2026-03-12T09:30:00Z',
    words: 'Well written.',
    proof: '44'.repeat(32),
  },
];

/** A request in a file, from a key that is not trusted yet. */
export const request: Look = {
  purpose: 'review',
  draft: 'd1',
  title: 'Vaccination',
  languages: ['en', 'fr'],
  by: 'Sample Author',
  fingerprint: '10101 20202 30303 40404 50505 60606 70707 80808',
  trusted: false,
  made_at: '2026-03-12T09:00:00Z',
  words: 'Before Thursday, please.',
  decisions: [],
  here: null,
  after: null,
  known: false,
  sets_aside: false,
  absent: [],
  refused: { code: 'key_untrusted', params: { name: 'Sample Author', fingerprint: '' }, detail: '' },
  checks: {
    valid: false,
    release: 'ab'.repeat(32),
    checks: [{ code: 'key_unknown', outcome: 'bad', params: { name: 'Sample Author', fingerprint: '1' } }],
  },
};
