import type { Door } from '../src/backend/door';
import { Failure } from '../src/backend/failure';
import type {
  CellEdit,
  Changes,
  Commands,
  Draft,
  DraftRow,
  Edited,
  KeyRow,
  Likeness,
  LikeRule,
  PortalRow,
  Profile,
  Publication,
  Service,
  Settings,
  Settled,
  SettleOutcome,
  State,
  Topic,
} from '../src/backend/wire';
import * as sample from './samples';
import { brought as sampleBrought } from './samplesBrought';
import * as review from './samplesReview';
import * as coming from './samplesSending';

type Answers = { [N in keyof Commands]?: (args: Commands[N]['args']) => Commands[N]['result'] };

/** A desk in memory, for tests of screens: it answers as the desk would, keeps what it is told, and forgets it at the end. */
export class FakeDesk implements Door {
  profile: Profile | null = sample.profile;
  settings: Settings = {
    display_lang: 'en',
    theme: 'system',
    spelling: true,
    numerals: 'latin',
    keep_sending: false,
    notices: true,
    watch_folder: null,
    proxy: { mode: 'system', address: '', user: '' },
    approval: { four_eyes: false, two_signatures: [], urgent_path: false },
    slim: { pdf: true, pictures: true, max_edge: 1600, quality: 80 },
    lock_after: 10,
  };
  locked = false;
  people = [{ id: 'first', name: 'Amina', locked: false, here: true }];
  drafts: Draft[] = structuredClone(sample.drafts);
  rows: DraftRow[] = structuredClone(sample.rows);
  publications = structuredClone(sample.publications);
  jobs = structuredClone(sample.jobs);
  entries = structuredClone([...sample.entries, ...coming.entries]);
  sending = structuredClone(coming.sending);
  likenesses: Likeness[] = [];
  offered = structuredClone(sample.offered);
  remote = structuredClone(coming.remote);
  conflict = structuredClone(coming.conflict);
  portals = structuredClone([...sample.portals, coming.wordpress]);
  link = structuredClone(sample.link);
  keys = structuredClone(sample.keys);
  comments = structuredClone(review.comments);
  /** A file that somebody opened with the program. */
  opened: string | null = null;
  /** The key of whoever sealed the sample file is trusted. */
  trusting = false;
  secrets: 'keyring' | 'file' | 'locked' | 'none' = 'keyring';
  tray = true;
  script: string | null = null;
  service: Service | null = {
    possible: true,
    installed: false,
    running: false,
    system: 'systemd',
    name: 'qalam-send.service',
    path: '/home/author/.config/systemd/user/qalam-send.service',
    passphrase_file: '',
  };
  /** Commands that are never answered, as on a desk that is busy. */
  hanging = new Set<keyof Commands>();
  /** Every call in order, for assertions. */
  calls: { name: string; args: unknown }[] = [];
  private heard = new Set<(changes: Changes) => void>();

  constructor(private readonly own: Answers = {}) {}

  async call<N extends keyof Commands>(name: N, args: Commands[N]['args']): Promise<Commands[N]['result']> {
    this.calls.push({ name, args });
    if (this.hanging.has(name)) return new Promise(() => undefined);
    const answer = (this.own[name] ?? this.answers[name]) as
      | ((args: Commands[N]['args']) => Commands[N]['result'])
      | undefined;
    if (!answer) throw new Failure({ code: 'unknown_command', params: { name }, detail: '' });
    return structuredClone(answer(args));
  }

  listen(heard: (changes: Changes) => void) {
    this.heard.add(heard);
    return () => {
      this.heard.delete(heard);
    };
  }

  blobUrl = (sha256: string) => `/tests/dev/blob/${sha256}`;
  firstPageUrl = (sha256: string) => sample.FIRST_PAGES[sha256.slice(0, 2)] ?? '';
  thumbnailUrl = () => sample.THUMBNAIL;
  onDrop = () => () => undefined;
  onClosing = () => () => undefined;

  changed(...topics: Topic[]) {
    this.tell({ topics, drafts: [], publications: [] });
  }

  tell(changes: Changes) {
    for (const hear of this.heard) hear(changes);
  }

  private state(): Commands['app.state']['result'] {
    return {
      version: '0.1.0',
      store: '/home/author/.local/share/qalam',
      profile: this.profile,
      settings: this.settings,
      locked: this.locked,
      secrets: this.secrets,
      practice_url: 'http://127.0.0.1:8731',
      link: this.link,
      counts: {
        needs_you: this.group('needs_you').length,
        waiting: this.entries.filter((entry) => entry.state === 'waiting' || entry.state === 'sending')
          .length,
        received: 2,
      },
    };
  }

  private group(name: 'needs_you' | 'in_work' | 'waiting' | 'arrived'): DraftRow[] {
    const states: Record<typeof name, State[]> = {
      needs_you: ['returned', 'in_review', 'refused', 'conflict'],
      in_work: ['draft', 'approved'],
      waiting: ['waiting', 'sending'],
      arrived: ['received', 'published'],
    };
    return this.rows.filter((row) => states[name].includes(row.state));
  }

  private makeKey() {
    const key = { ...sample.keys[0], id: `k${this.keys.length + 1}`, recovery: 'r' } as KeyRow;
    this.keys = [...this.keys, key];
    this.changed('settings');
    return { key, paper: '1 01234 56789 01234 56789\n2 98765 43210 98765 43210' };
  }

  private draft(id: string): Draft {
    const found = this.drafts.find((draft) => draft.id === id);
    if (!found) throw new Failure({ code: 'not_found', params: { kind: 'draft', id }, detail: '' });
    return found;
  }

  private publication(id: string): Publication {
    const found = this.publications.find((one) => one.id === id);
    if (!found) throw new Failure({ code: 'not_found', params: { kind: 'publication', id }, detail: '' });
    return found;
  }

  private put(id: string, state: State) {
    const draft = this.draft(id);
    draft.state = state;
    const row = this.rows.find((one) => one.id === id);
    if (row) row.state = state;
    this.changed('drafts', 'review', 'outbox');
    if (!draft.release) throw new Failure({ code: 'not_in_review', params: {}, detail: '' });
    return draft.release;
  }

  /** As the desk does it, but for reading names: years are numbers, lists are cut at semicolons. */
  private edited(edits: CellEdit[]): Edited {
    const done: Edited = { changed: [], cells: 0, refused: [], undo: [] };
    for (const { publication, field, value, origin } of edits) {
      const row = this.publication(publication) as unknown as Record<string, unknown> & Publication;
      const before = row[field];
      const year = Number(
        String(value ?? '').replace(/[٠-٩]/g, (digit) => String('٠١٢٣٤٥٦٧٨٩'.indexOf(digit))),
      );
      if (field === 'year' && Number.isNaN(year)) {
        done.refused.push({
          publication,
          field,
          value,
          failure: { code: 'bad_value', params: { field, value: String(value) }, detail: '' },
        });
        continue;
      }
      const list = typeof value === 'string' ? value.split(';').filter(Boolean) : value;
      row[field] = field === 'year' ? year || null : Array.isArray(before) ? list : value;
      done.undo.unshift({
        publication,
        field,
        value: before,
        base: row[field],
        origin: row.origins[field] ?? '',
      });
      row.origins = { ...row.origins, [field]: (origin as 'person' | undefined) ?? 'person' };
      done.cells += 1;
      done.changed = [...done.changed.filter((one) => one.id !== publication), row];
    }
    return structuredClone(done);
  }

  private readonly answers: Answers = {
    'app.state': () => this.state(),
    'people.state': () => ({ people: this.people, done: 0, total: 0 }),
    'profile.set': (profile) => {
      this.profile = { ...profile, person: 'p1' };
      this.changed('settings');
      return this.state();
    },
    'settings.set': ({ key, value }) => {
      this.settings = { ...this.settings, [key]: value };
      this.changed('settings');
      return this.state();
    },
    'secrets.unlock': ({ passphrase }) => {
      if (passphrase !== 'open') throw new Failure({ code: 'wrong_passphrase', params: {}, detail: '' });
      this.secrets = 'file';
      this.changed('settings');
      return this.state();
    },
    'drafts.desk': () => ({
      needs_you: this.group('needs_you'),
      in_work: this.group('in_work'),
      waiting: this.group('waiting'),
      arrived: this.group('arrived'),
      counts: {
        needs_you: this.group('needs_you').length,
        in_work: this.group('in_work').length,
        waiting: this.group('waiting').length,
        arrived: this.group('arrived').length,
      },
    }),
    'drafts.list': ({ state, type, query }) => ({
      drafts: this.rows.filter(
        (row) =>
          (!state || row.state === state) &&
          (!type || row.type === type) &&
          (!query || row.title.includes(query)),
      ),
      next: null,
    }),
    'drafts.open': ({ draft }) => this.draft(draft),
    'drafts.create': ({ type, lang }) => {
      const made: Draft = {
        ...structuredClone(sample.emptyDraft),
        id: `new-${this.drafts.length}`,
        type,
        primary_lang: lang,
      };
      this.drafts.push(made);
      return made;
    },
    'sample.create': () => this.draft(sample.ids.news),
    'drafts.render': ({ draft, lang }) => ({
      html: sample.html[`${draft}-${lang}`] ?? '',
      dir: lang === 'ar' ? 'rtl' : 'ltr',
    }),
    'drafts.document': ({ lang }) => ({ rev: `rev-${lang}`, document: sample.document }),
    'drafts.save': () => ({ rev: 'rev-next', words: 120, at: new Date().toISOString(), state: 'draft' }),
    'drafts.set_fields': () => ({ fields_rev: 'f2', at: new Date().toISOString(), state: 'draft' }),
    'drafts.add_language': ({ draft }) => this.draft(draft),
    'drafts.trash': ({ draft }) => {
      this.rows = this.rows.filter((row) => row.id !== draft);
      this.changed('drafts');
      return {};
    },
    'drafts.untrash': () => ({}),
    'drafts.check': () => ({ findings: [], ready: true }),
    'drafts.brought': () => ({ brought: sampleBrought }),
    'drafts.history': () => ({ revisions: [] }),
    'drafts.source': () => ({ change: null }),
    'jobs.list': () => ({ jobs: this.jobs }),
    'jobs.cancel': () => ({}),
    'publications.list': () => ({
      publications: this.publications,
      next: null,
      total: this.publications.length,
    }),
    'publications.open': ({ publication }) => ({
      publication: this.publication(publication),
      text: sample.TEXT,
      drafts: this.rows.slice(0, 1),
      ...(publication === 'pub1' && { sent: sample.sent }),
      copies: [],
      likenesses: [],
    }),
    'publications.find': ({ query }) => ({
      publications: sample.TEXT.includes(query) ? this.publications.map((one) => one.id) : [],
    }),
    'publications.find_inside': ({ query }) => ({
      pages: sample.TEXT.includes(query)
        ? [{ page: 3, snippet: `the words \u0001${query}\u0002 on this page` }]
        : [],
      total: sample.TEXT.includes(query) ? 1 : 0,
    }),
    'publications.describe': ({ publication }) => this.publication(publication),
    'publications.slim': ({ publications, choice }) => {
      for (const row of this.publications) if (choice && publications.includes(row.id)) row.slim = choice;
      this.changed('publications');
      return { publications: [] };
    },
    'publications.reinstate': () => ({}),
    'publications.rows': ({ publications }) => ({
      publications: this.publications.filter((one) => publications.includes(one.id)),
    }),
    'publications.edit': ({ edits }) => this.edited(edits),
    'publications.likenesses': () => ({
      likenesses: this.likenesses,
      next: null,
      total: this.likenesses.length,
    }),
    'publications.settle': ({ rule, likenesses, preview }) => this.settle(rule, likenesses, preview),
    'sheets.look': () => sample.sheet,
    'sheets.try': () => sample.sheetReport,
    'sheets.apply': () => ({ report: sample.sheetReport, undo: [] }),
    'sheets.give_back': () => ({}),
    'sheets.export': () => ({}),
    'publications.choose': () => ({ paths: ['/home/author/Reports'] }),
    'publications.intake': () => ({ job: 'j1' }),
    'publications.remove': ({ publication }) => {
      this.publications = this.publications.filter((one) => one.id !== publication);
      this.changed('publications');
      return {};
    },
    'publications.offered': () => ({ ...this.offered, folder: this.settings.watch_folder }),
    'publications.look': () => ({ ...this.offered, folder: this.settings.watch_folder }),
    'publications.take_offered': ({ paths }) => this.offer(paths, { job: 'j2' }),
    'publications.decline_offered': ({ paths }) => this.offer(paths, {}),
    'publications.bundle': () => this.draft(sample.ids.news),
    'attachments.add': ({ draft }) => this.draft(draft),
    'review.diff': ({ portal }) => sample.diffWith(portal),
    'review.standing': ({ draft }) => ({
      release: this.draft(draft).release?.hash ?? '',
      needed: 1,
      signed: [],
      key: this.keys.find((key) => key.ours && !key.ended) ?? null,
      refused: null,
      urgent: false,
      missing: 0,
      guest: false,
    }),
    'review.text': ({ draft, lang }) => {
      const version = this.draft(draft).languages.find((one) => one.lang === lang);
      const body = { html: '<p>ثلاث محافظات</p>', dir: 'rtl' as const };
      return { title: version?.title ?? '', summary: version?.summary ?? '', body };
    },
    'app.opened': () => ({ path: this.opened }),
    'app.opened_shown': () => {
      this.opened = null;
      this.changed('opened');
      return {};
    },
    'review.sheets': () => ({ sheets: [] }),
    'review.comments': ({ draft }) => ({
      comments: structuredClone(this.comments.filter((one) => one.draft === draft)),
    }),
    'review.batch': () => ({ rows: structuredClone(review.batch) }),
    'review.approve_batch': ({ pieces }) => ({
      releases: pieces.map(({ draft }) => this.put(draft, 'waiting')),
    }),
    'review.comment': (said) => {
      const id = `new${this.comments.length}`;
      const { draft, before: _, ...more } = said;
      this.comments.push(review.comment(draft, id, { ...more, given: false }));
      this.changed('review');
      return { comment: id };
    },
    'review.uncomment': ({ comment }) => {
      this.comments = this.comments.filter((one) => one.id !== comment);
      this.changed('review');
      return {};
    },
    'review.answer': ({ comment, act, words }) => {
      const one = this.comments.find((row) => row.id === comment);
      one?.answers.push({
        id: `new${one.answers.length}`,
        act,
        words,
        by: 'Sample Officer',
        at: '',
        given: false,
      });
      if (one && act !== 'say')
        one.state = act === 'accept' ? 'accepted' : act === 'resolve' ? 'resolved' : 'open';
      this.changed('review');
      return {};
    },
    'review.trail': () => ({ entries: sample.trail, head: '33'.repeat(32) }),
    'review.verify': () => sample.proven,
    'review.look': () => ({
      ...sample.request,
      ...(this.trusting && {
        trusted: true,
        refused: null,
        after: 'in_review',
        checks: { ...sample.proven, checks: [{ code: 'undecided', outcome: 'note', params: {} }] },
      }),
    }),
    'review.import': () => ({
      purpose: 'review',
      draft: sample.ids.review,
      title: 'Vaccination',
      release: this.put(sample.ids.review, 'in_review'),
      by: 'Sample Author',
      words: '',
      absent: [],
      known: false,
    }),
    'keys.list': () => ({ keys: this.keys }),
    'keys.create': () => this.makeKey(),
    'keys.rotate': ({ key }) => {
      this.keys = this.keys.map((one) => (one.id === key ? { ...one, ended: 'replaced' } : one));
      return this.makeKey();
    },
    'keys.end': ({ key, lost }) => {
      const ended = lost ? 'lost' : 'left';
      this.keys = this.keys.map((one) => (one.id === key ? { ...one, ended } : one));
      this.changed('settings');
      return this.keys.find((one) => one.id === key) as KeyRow;
    },
    'keys.look': () => ({ ...sample.keys[1], id: 'k9', name: 'Sample Director', trusted_at: '' }) as KeyRow,
    'keys.trust': () => {
      this.trusting = true;
      const row = { ...sample.keys[1], id: 'k9', name: 'Sample Director' } as KeyRow;
      this.keys = [...this.keys, row];
      this.changed('settings');
      return row;
    },
    'review.approve': ({ draft }) => this.put(draft, 'waiting'),
    'review.return': ({ draft, reason }) => {
      this.draft(draft).return_reason = reason;
      return this.put(draft, 'returned');
    },
    'review.submit': ({ draft }) => this.put(draft, 'in_review'),
    'review.withdraw': ({ draft }) => this.put(draft, 'draft'),
    'outbox.list': () => ({
      entries: this.entries,
      link: this.link,
      estimate: coming.estimate(this.entries),
      sending: this.sending,
    }),
    'outbox.of': ({ draft }) => ({ entries: this.entries.filter((entry) => entry.draft === draft) }),
    'outbox.sending': () => this.sending,
    'outbox.set_sending': (settings) => {
      this.sending = { ...this.sending, settings };
      this.changed('settings', 'outbox');
      return this.sending;
    },
    'outbox.allow': () => ({}),
    'outbox.insist': () => ({}),
    'background.state': () => ({ tray: this.tray, service: this.service }),
    'background.install_service': () => {
      if (this.service) this.service = { ...this.service, installed: true, running: true };
      this.changed('settings');
      return { tray: this.tray, service: this.service };
    },
    'background.remove_service': () => {
      if (this.service) this.service = { ...this.service, installed: false, running: false };
      this.changed('settings');
      return { tray: this.tray, service: this.service };
    },
    'app.quit': () => ({}),
    'proxy.state': () => ({ proxy: this.settings.proxy, has_password: false, script: this.script }),
    'proxy.set': ({ proxy }) => {
      this.settings = { ...this.settings, proxy };
      this.changed('settings');
      return { proxy, has_password: false, script: this.script };
    },
    'conflicts.open': ({ draft }) => {
      if (draft !== this.conflict.draft) {
        throw new Failure({ code: 'not_found', params: { kind: 'conflict', id: draft }, detail: '' });
      }
      return this.conflict;
    },
    'conflicts.preview': () => coming.preview,
    'conflicts.settle': ({ draft }) => this.draft(draft),
    'remote.list': () => ({ items: this.remote }),
    'remote.fetch': ({ items }) => {
      for (const row of this.remote) if (items.includes(row.item)) row.wanted = true;
      this.changed('outbox');
      return {};
    },
    'remote.adopt': ({ item }) => {
      this.remote = this.remote.filter((row) => row.item !== item);
      this.changed('outbox', 'drafts');
      return { draft: this.draft(sample.ids.news), left_out: ['map.pdf'] };
    },
    'outbox.pause': ({ paused }) => {
      this.link = { ...this.link, paused };
      this.changed('link', 'outbox');
      return {};
    },
    'outbox.send_now': () => ({}),
    'outbox.retry': () => ({}),
    'outbox.hold': ({ entry }) => this.hold(entry, true),
    'outbox.resume': ({ entry }) => this.hold(entry, false),
    'outbox.withdraw': () => ({}),
    'portals.list': () => ({ portals: this.portals }),
    'portals.test': ({ name }) => {
      const found = this.portals.find((portal) => portal.name === name);
      if (!found) throw new Failure({ code: 'unknown_portal', params: { portal: name }, detail: '' });
      return found;
    },
    'portals.diagnose': ({ name }) => ({ ...sample.diagnosis, portal: name }),
    'portals.add': ({ name, url, kind, user }) => {
      const made: PortalRow = {
        id: name,
        name,
        url,
        kind: kind ?? 'contract',
        user: user ?? null,
        capabilities: {},
        last_contact: null,
        last_failure: null,
      };
      this.portals.push(made);
      this.changed('portals');
      return made;
    },
    'portals.remove': ({ name }) => {
      this.portals = this.portals.filter((portal) => portal.name !== name);
      this.changed('portals');
      return {};
    },
    'practice.show': () => ({}),
    search: ({ query }) => ({
      hits: sample.hits.filter(() => query.length > 1),
      took_us: 900,
    }),
  };

  private settle(rule: LikeRule, seqs: number[], preview: boolean): Settled {
    const rows = this.likenesses
      .filter((one) => seqs.length === 0 || seqs.includes(one.seq))
      .map((likeness) => {
        const edition = likeness.kind === 'newer_edition' || likeness.kind === 'older_edition';
        const used = this.publications.find((one) => one.id === likeness.publication)?.attached_to ?? 0;
        const outcome: SettleOutcome =
          rule === 'keep_both'
            ? 'kept_both'
            : rule === 'keep_newest' && edition
              ? 'superseded'
              : rule === 'attach' && likeness.other !== null
                ? used > 0
                  ? 'held'
                  : 'attached'
                : 'undecided';
        return { likeness, outcome };
      });
    if (!preview) {
      const stays = (seq: number) =>
        !rows.some((row) => row.likeness.seq === seq && !['undecided', 'held'].includes(row.outcome));
      this.likenesses = this.likenesses.filter((one) => stays(one.seq));
      this.changed('publications');
    }
    return { rows };
  }

  /** Offered files that are taken or declined are offered no more. */
  private offer<Answer>(paths: string[], answer: Answer): Answer {
    const files = this.offered.files.filter((file) => paths.length > 0 && !paths.includes(file.path));
    this.offered = { ...this.offered, files, total: files.length };
    this.changed('publications');
    return answer;
  }

  private hold(id: string, held: boolean) {
    for (const entry of this.entries) if (entry.id === id) entry.held = held;
    this.changed('outbox');
    return {};
  }
}
